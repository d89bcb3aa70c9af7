package kith.peer;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;
import kith.index.LedgerPosition;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * What an owner keeps for proofs by powers: his secret, and of each block at each holder its number
 * modulo phi(N), computed in the order of the ledgers while the packs are here. Kept as rows of
 * META; 256 bytes for each block of 64 KiB. For one thread at a time.
 */
public final class PowerBook {
  private static final byte[] SECRET = "power-secret".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNTIL = "power-until".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SHARD = "power-shard".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  /** Shards of one holder in one tick. */
  private static final int AT_ONCE = 8;

  private static final int READ_AT_ONCE = 256;

  private final Rows rows;
  private final LedgerMirrors mirrors;
  private final SealedBlocks blocks;
  private final PowerProof.Secret secret;

  public PowerBook(Rows rows, LedgerMirrors mirrors, SealedBlocks blocks, SecureRandom random)
      throws IOException {
    this.rows = rows;
    this.mirrors = mirrors;
    this.blocks = blocks;
    this.secret = secret(random);
  }

  private PowerProof.Secret secret(SecureRandom random) throws IOException {
    byte[] row = rows.get(Table.META, SECRET);
    if (row != null && row.length == 1 + 2 * PowerProof.SIZE && row[0] == VERSION) {
      return new PowerProof.Secret(
          new BigInteger(1, row, 1, PowerProof.SIZE),
          new BigInteger(1, row, 1 + PowerProof.SIZE, PowerProof.SIZE));
    }
    PowerProof.Secret made = PowerProof.Secret.random(random);
    byte[] kept =
        ByteBuffer.allocate(1 + 2 * PowerProof.SIZE)
            .put((byte) VERSION)
            .put(PowerProof.fixed(made.modulus()))
            .put(PowerProof.fixed(made.phi()))
            .array();
    rows.apply(new Update().put(Table.META, SECRET, kept));
    return made;
  }

  PowerProof.Secret secret() {
    return secret;
  }

  private static byte[] key(byte[] word, OwnerId holder) {
    return ByteBuffer.allocate(word.length + OwnerId.SIZE).put(word).put(holder.toBytes()).array();
  }

  private static byte[] key(OwnerId holder, ShardName shard) {
    return ByteBuffer.allocate(SHARD.length + OwnerId.SIZE + ShardName.SIZE)
        .put(key(SHARD, holder))
        .put(shard.toBytes())
        .array();
  }

  /** The number of a block modulo phi(N), if it was computed. */
  Optional<byte[]> digest(OwnerId holder, LedgerBlocks.Place place) throws IOException {
    byte[] row = rows.get(Table.META, key(holder, place.shard()));
    int from = 1 + place.block() * PowerProof.SIZE;
    return row == null || row[0] != VERSION || row.length < from + PowerProof.SIZE
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(row, from, from + PowerProof.SIZE));
  }

  /** Computes what is missing for a holder, some shards of it; returns how many. */
  public int tick(OwnerId holder) throws IOException, CorruptDataException {
    LedgerPosition end = mirrors.position(holder);
    long at = until(holder, end.generation());
    var update = new Update();
    int done = 0;
    while (at < end.count() && done < AT_ONCE) {
      for (LedgerEntry entry : mirrors.entries(holder, at, READ_AT_ONCE)) {
        done += compute(holder, entry.change(), update);
        at = entry.sequence() + 1;
        if (done == AT_ONCE) {
          break;
        }
      }
    }
    byte[] row =
        ByteBuffer.allocate(1 + 2 * Long.BYTES)
            .put((byte) VERSION)
            .putLong(end.generation())
            .putLong(at)
            .array();
    rows.apply(update.put(Table.META, key(UNTIL, holder), row));
    return done;
  }

  /** Up to where it was computed in the ledger of this generation. */
  private long until(OwnerId holder, long generation) throws IOException {
    byte[] row = rows.get(Table.META, key(UNTIL, holder));
    if (row == null || row.length != 1 + 2 * Long.BYTES || row[0] != VERSION) {
      return 0;
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
    return in.getLong() == generation ? in.getLong() : 0;
  }

  private int compute(OwnerId holder, LedgerChange change, Update update) throws IOException {
    byte[] key = key(holder, change.shard());
    if (change.kind() == LedgerChange.Kind.DROP) {
      update.delete(Table.META, key);
      return 0;
    }
    Optional<byte[]> sealed = blocks.sealed(change.shard(), holder);
    if (sealed.isEmpty() || sealed.get().length != change.sealedLength()) {
      return 0;
    }
    byte[] shard = sealed.get();
    int count = (shard.length + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK;
    ByteBuffer row = ByteBuffer.allocate(1 + count * PowerProof.SIZE).put((byte) VERSION);
    for (int block = 0; block < count; block++) {
      int from = block * ShardLayout.SEALED_BLOCK;
      int to = Math.min(from + ShardLayout.SEALED_BLOCK, shard.length);
      row.put(secret.digest(Arrays.copyOfRange(shard, from, to)));
    }
    update.put(Table.META, key, row.array());
    return 1;
  }

  /** The partnership is over. */
  public void forget(OwnerId holder) throws IOException {
    byte[] prefix = key(SHARD, holder);
    List<byte[]> keys = new ArrayList<>();
    rows.scan(
        Table.META,
        prefix,
        null,
        (key, row) -> {
          boolean his =
              key.length > prefix.length
                  && Arrays.equals(prefix, 0, prefix.length, key, 0, prefix.length);
          if (his) {
            keys.add(key);
          }
          return his;
        });
    var update = new Update();
    keys.forEach(key -> update.delete(Table.META, key));
    rows.apply(update.delete(Table.META, key(UNTIL, holder)));
  }
}
