package kith.peer;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.CodeParameters;
import kith.codec.MerkleTree;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.SealedShard;
import kith.codec.ShardName;

/** Sealed shards of random bytes. */
public final class Shards {
  private Shards() {}

  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** A shard of {@code length} sealed bytes for {@code holder}. */
  public static SealedShard make(RandomGenerator random, OwnerId holder, int length) {
    byte[] pack = new byte[PackId.SIZE];
    random.nextBytes(pack);
    var name = new ShardName(new PackId(pack), CodeParameters.of(4, 2), random.nextInt(6));
    byte[] descriptor = new byte[40];
    random.nextBytes(descriptor);
    byte[] sealed = new byte[length];
    random.nextBytes(sealed);
    return new SealedShard(name, holder, descriptor, sealed, MerkleTree.root(sealed));
  }
}
