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
  private final DriveKeys keys;
  private final OwnerId owner;
  private final RandomGenerator random;

  /**
   * @param random chooses the shards that are decoded again
   */
  public PackEncoder(DriveKeys keys, OwnerId owner, RandomGenerator random) {
    this.keys = keys;
    this.owner = owner;
    this.random = random;
  }

  /** The sealer of one shard for one holder. */
  public ShardSealer sealer(ShardName shard, OwnerId holder) {
    return new ShardSealer(keys.seal(shard.pack()), owner, holder, shard);
  }

  /**
   * Makes all n shards, then decodes the pack from a random m of them, parity among them if there
   * is any, and compares all its bytes. Takes n/m + 2 times the pack in memory besides the pack.
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
    PackFooter footer = PackReader.open(pack, keys);
    ShardDescriptor descriptor = descriptor(footer, pack);
    byte[][] parity = erasure.parity(pack);
    List<SealedShard> shards = new ArrayList<>();
    for (int i = 0; i < code.n(); i++) {
      ShardSealer sealer = sealer(new ShardName(footer.id(), code, i), holders.get(i));
      shards.add(seal(sealer, holders.get(i), descriptor, plain(pack, parity, code, i)));
    }
    Arrays.fill(parity, null);
    byte[][] opened = new byte[code.n()][];
    int length = erasure.shardLength(pack.length);
    for (int i : someShards(code)) {
      opened[i] = open(shards.get(i), length);
    }
    check(erasure, opened, pack);
    return shards;
  }

  /**
   * Makes one shard again, for a holder that takes another's place, and decodes the pack from it
   * and the other shards.
   *
   * @param index of the shard
   * @throws CorruptDataException as {@link #encode}
   */
  public SealedShard encodeOne(byte[] pack, CodeParameters code, int index, OwnerId holder)
      throws CorruptDataException {
    ErasureCode erasure = ErasureCode.of(code);
    PackFooter footer = PackReader.open(pack, keys);
    byte[][] opened = erasure.encode(pack);
    ShardSealer sealer = sealer(new ShardName(footer.id(), code, index), holder);
    Span plain = Span.of(opened[index]);
    SealedShard shard = seal(sealer, holder, descriptor(footer, pack), plain);
    opened[index] = open(shard, plain.length());
    IntStream.range(0, code.n())
        .filter(i -> i != index)
        .boxed()
        .skip(code.m() - 1L)
        .forEach(i -> opened[i] = null);
    check(erasure, opened, pack);
    return shard;
  }

  private static Span plain(byte[] pack, byte[][] parity, CodeParameters code, int index) {
    if (index >= code.m()) {
      return Span.of(parity[index - code.m()]);
    }
    return ReedSolomon.data(pack, index, new ShardLayout(code, pack.length).shardLength());
  }

  private static ShardDescriptor descriptor(PackFooter footer, byte[] pack) {
    return new ShardDescriptor(footer.kind(), pack.length, footer.headGeneration());
  }

  private static SealedShard seal(
      ShardSealer sealer, OwnerId holder, ShardDescriptor descriptor, Span plain) {
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

  private static void check(ErasureCode erasure, byte[][] shards, byte[] pack)
      throws CorruptDataException {
    int m = erasure.parameters().m();
    try {
      erasure.reconstruct(shards, IntStream.range(0, m).toArray());
    } catch (NotEnoughShardsException e) {
      throw new IllegalStateException("m shards were chosen", e);
    }
    for (int i = 0; i < m; i++) {
      Span data = ReedSolomon.data(pack, i, shards[i].length);
      int end = data.offset() + data.length();
      if (!Arrays.equals(shards[i], 0, shards[i].length, data.array(), data.offset(), end)) {
        throw new CorruptDataException("a pack decodes to other bytes than it was encoded from");
      }
    }
  }
}
