package kith.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * From a sealed pack to sealed shards, and nothing leaves that was not decoded again. Safe for any
 * number of threads if its random generator is.
 */
public final class PackEncoder {
  private final byte[] sealSecret;
  private final byte[] treeKey;
  private final OwnerId owner;
  private final RandomGenerator random;

  /**
   * @param random chooses the shards that are decoded again
   */
  public PackEncoder(DriveKeys keys, OwnerId owner, RandomGenerator random) {
    this.sealSecret = keys.seal();
    this.treeKey = keys.tree();
    this.owner = owner;
    this.random = random;
  }

  /** The sealer of one shard for one holder. */
  public ShardSealer sealer(ShardName shard, OwnerId holder) {
    return new ShardSealer(sealSecret, owner, holder, shard);
  }

  /**
   * Makes all n shards, then decodes the pack from a random m of them, parity among them if there
   * is any, and checks all its bytes. Takes about 5 times the pack in memory.
   *
   * @param pack a whole sealed pack
   * @param holders n of them, in the order of the shards
   * @throws CorruptDataException if the pack isn't sound, or this machine does not compute right
   */
  public List<SealedShard> encode(byte[] pack, CodeParameters code, List<OwnerId> holders)
      throws CorruptDataException {
    if (holders.size() != code.n()) {
      throw new IllegalArgumentException(holders.size() + " holders for code " + code);
    }
    ErasureCode erasure = ErasureCode.of(code);
    PackFooter footer = PackReader.footer(pack, treeKey);
    ShardDescriptor descriptor = descriptor(footer, pack);
    byte[][] plain = erasure.encode(pack);
    List<SealedShard> shards = new ArrayList<>();
    for (int i = 0; i < code.n(); i++) {
      ShardSealer sealer = sealer(new ShardName(footer.id(), code, i), holders.get(i));
      shards.add(seal(sealer, holders.get(i), descriptor, plain[i]));
    }
    Arrays.fill(plain, null);
    int length = erasure.shardLength(pack.length);
    for (int i : someShards(code)) {
      plain[i] = open(shards.get(i), length);
    }
    check(erasure, plain, pack);
    return shards;
  }

  /**
   * Makes one shard again, for a holder that takes another's place, and checks it.
   *
   * @param index of the shard
   * @throws CorruptDataException as {@link #encode}
   */
  public SealedShard encodeOne(byte[] pack, CodeParameters code, int index, OwnerId holder)
      throws CorruptDataException {
    ErasureCode erasure = ErasureCode.of(code);
    PackFooter footer = PackReader.footer(pack, treeKey);
    byte[][] plain = erasure.encode(pack);
    ShardSealer sealer = sealer(new ShardName(footer.id(), code, index), holder);
    SealedShard shard = seal(sealer, holder, descriptor(footer, pack), plain[index]);
    plain[index] = open(shard, plain[index].length);
    IntStream.range(0, code.n())
        .filter(i -> i != index)
        .boxed()
        .skip(code.m() - 1L)
        .forEach(i -> plain[i] = null);
    check(erasure, plain, pack);
    return shard;
  }

  private static ShardDescriptor descriptor(PackFooter footer, byte[] pack) {
    return new ShardDescriptor(footer.kind(), pack.length, footer.headGeneration());
  }

  private static SealedShard seal(
      ShardSealer sealer, OwnerId holder, ShardDescriptor descriptor, byte[] plain) {
    byte[] sealed = sealer.seal(plain);
    return new SealedShard(
        sealer.shard(), holder, sealer.sealDescriptor(descriptor), sealed, MerkleTree.root(sealed));
  }

  private byte[] open(SealedShard shard, int plainLength) throws CorruptDataException {
    return sealer(shard.name(), shard.holder()).openBlocks(0, shard.sealed(), plainLength);
  }

  /** A random m of n, at least one of them parity. */
  private List<Integer> someShards(CodeParameters code) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, code.n()).boxed().toList());
    for (int i = all.size() - 1; i > 0; i--) {
      Collections.swap(all, i, random.nextInt(i + 1));
    }
    List<Integer> chosen = all.subList(0, code.m());
    if (code.k() > 0 && chosen.stream().allMatch(i -> i < code.m())) {
      chosen.set(0, code.m() + random.nextInt(code.k()));
    }
    return chosen;
  }

  private void check(ErasureCode erasure, byte[][] shards, byte[] pack)
      throws CorruptDataException {
    byte[] decoded;
    try {
      decoded = erasure.decode(shards, pack.length);
    } catch (NotEnoughShardsException e) {
      throw new IllegalStateException("m shards were chosen", e);
    }
    PackReader.open(decoded, treeKey);
    if (!Arrays.equals(decoded, pack)) {
      throw new CorruptDataException("a pack decodes to other bytes than it was encoded from");
    }
  }
}
