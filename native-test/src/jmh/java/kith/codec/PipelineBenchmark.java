package kith.codec;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kith.bench.Sample;
import kith.chunker.Chunker;
import kith.chunker.ChunkerParameters;
import kith.chunker.GearTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From bytes to sealed shards for six partners, 4+2, without file system and network: the ceiling
 * of what can be shipped per CPU second. Ends where the pack is full.
 */
@State(Scope.Thread)
public class PipelineBenchmark {
  private static final int SIZE = 8 << 20;
  private static final CodeParameters CODE = CodeParameters.of(4, 2);

  @Param({"TEXT", "RANDOM", "HALF"})
  public Sample sample;

  private final SecureRandom random = new SecureRandom();
  private final Random chance = new Random(1);
  private byte[] bytes;
  private DriveKeys keys;
  private Chunker chunker;
  private ChunkCodec codec;
  private PackEncoder encoder;
  private List<OwnerId> holders;

  @Setup
  public void prepare() {
    CodecWarmUp.run();
    bytes = sample.bytes(SIZE);
    keys = DriveKeys.derive(RootSecret.of(new byte[RootSecret.SIZE]));
    chunker = new Chunker(ChunkerParameters.DEFAULT, GearTable.keyed(keys.gear()));
    codec = new ChunkCodec(keys.convergence(), random);
    holders = new ArrayList<>();
    for (int i = 0; i < CODE.n(); i++) {
      holders.add(OwnerId.ofPublicKey(new byte[] {(byte) i}));
    }
    OwnerId owner = OwnerId.ofPublicKey(new byte[] {-1});
    encoder = new PackEncoder(keys, owner, chance);
  }

  @TearDown
  public void close() {
    codec.close();
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public List<SealedShard> wholePipeline() throws CorruptDataException {
    PackBuilder pack = new PackBuilder(packId(), PackKind.DATA, 1);
    chunker.reset();
    for (int at = 0; at < SIZE; ) {
      int taken = chunker.next(bytes, at, SIZE - at);
      int length = taken < 0 ? SIZE - at : taken;
      ChunkKey key = codec.keyOf(bytes, at, length);
      pack.append(ChunkCodec.idOf(key), codec.seal(key, bytes, at, length), length);
      at += length;
    }
    return encoder.encode(pack.seal(keys.tree(), random), CODE, holders);
  }

  private PackId packId() {
    byte[] id = new byte[PackId.SIZE];
    chance.nextBytes(id);
    return new PackId(id);
  }
}
