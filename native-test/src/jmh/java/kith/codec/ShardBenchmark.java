package kith.codec;

import kith.bench.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The second encryption of a shard of 2 MiB, as of a pack of 8 MiB with four data shards. */
@State(Scope.Thread)
public class ShardBenchmark {
  private static final int SIZE = 2 << 20;

  private final byte[] plain = Sample.RANDOM.bytes(SIZE);
  private ShardSealer sealer;
  private byte[] sealed;

  @Setup
  public void prepare() {
    CodecWarmUp.run();
    OwnerId owner = OwnerId.ofPublicKey(new byte[] {0});
    OwnerId holder = OwnerId.ofPublicKey(new byte[] {1});
    var name = new ShardName(new PackId(new byte[PackId.SIZE]), CodeParameters.of(4, 2), 0);
    sealer = new ShardSealer(new byte[Gcm.KEY], owner, holder, name);
    sealed = sealer.seal(plain);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] seal() {
    return sealer.seal(plain);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] open() throws CorruptDataException {
    return sealer.openBlocks(0, sealed, SIZE);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public Digest merkleRoot() {
    return MerkleTree.root(sealed);
  }
}
