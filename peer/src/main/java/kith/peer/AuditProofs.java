package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;

/** What an owner asks to be proved, and how he checks it. For one audit and one thread. */
final class AuditProofs {
  private final SealedBlocks blocks;
  private final OwnerId holder;
  private final RandomGenerator random;

  /** As they should be there; made once for each shard. */
  private final Map<ShardName, Optional<byte[]>> sealed = new HashMap<>();

  AuditProofs(SealedBlocks blocks, OwnerId holder, RandomGenerator random) {
    this.blocks = blocks;
    this.holder = holder;
    this.random = random;
  }

  /** A method with what was sent for it. */
  record Question(AuditMethod method, byte[] challenge) {}

  /** The method that was wished for, if all of these can be checked by it; else the block. */
  AuditMethod method(AuditMethod wished, List<LedgerBlocks.Place> places) throws IOException {
    if (wished == AuditMethod.HMAC) {
      for (LedgerBlocks.Place place : places) {
        if (expected(place).isEmpty()) {
          return AuditMethod.BLOCK;
        }
      }
    }
    return wished;
  }

  byte[] challenge(AuditMethod method) {
    byte[] fresh = new byte[method.challenge()];
    random.nextBytes(fresh);
    return fresh;
  }

  /** The shards of the blocks whose proofs are false. */
  List<ShardName> wrong(Question question, List<LedgerBlocks.Place> places, Reply.AuditProof proof)
      throws IOException {
    ByteBuffer in = proof.payload().duplicate();
    var wrong = new ArrayList<ShardName>();
    for (LedgerBlocks.Place place : places) {
      int length = question.method == AuditMethod.BLOCK ? place.length() : question.method.proof();
      byte[] one = new byte[Math.min(length, in.remaining())];
      in.get(one);
      if (one.length < length || !isRight(question, place, one)) {
        wrong.add(place.shard());
      }
    }
    return in.hasRemaining() ? places.stream().map(LedgerBlocks.Place::shard).toList() : wrong;
  }

  private boolean isRight(Question question, LedgerBlocks.Place place, byte[] proof)
      throws IOException {
    return switch (question.method) {
      case BLOCK -> opens(place, proof);
      case HMAC -> {
        byte[] expected = BlockProofs.hmac(question.challenge, expected(place).orElseThrow());
        yield MessageDigest.isEqual(expected, proof);
      }
      case POWER -> throw new IllegalStateException("not asked for");
    };
  }

  private boolean opens(LedgerBlocks.Place place, byte[] block) {
    try {
      int plain = place.length() - ShardLayout.SEAL;
      blocks.sealer(place.shard(), holder).openBlocks(place.block(), block, plain);
      return true;
    } catch (CorruptDataException e) {
      return false;
    }
  }

  /** The sealed block as it should be; empty if its pack is not here. */
  private Optional<byte[]> expected(LedgerBlocks.Place place) throws IOException {
    Optional<byte[]> all = sealed.get(place.shard());
    if (all == null) {
      all = blocks.sealed(place.shard(), holder);
      sealed.put(place.shard(), all);
    }
    int from = ShardLayout.sealedOffset(place.block());
    return all.filter(bytes -> bytes.length == place.put().sealedLength())
        .map(bytes -> Arrays.copyOfRange(bytes, from, from + place.length()));
  }
}
