package kith.codec;

import java.security.SecureRandom;
import kith.bench.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What is done with each chunk, and its parts: a chunk of the usual length, 128 KiB. */
@State(Scope.Thread)
public class ChunkBenchmark {
  private static final int SIZE = 128 * 1024;

  @Param({"TEXT", "RANDOM"})
  public Sample sample;

  private byte[] raw;
  private ChunkCodec codec;
  private Compressor compressor;
  private byte[] frame;
  private ChunkKey key;
  private byte[] stored;

  @Setup
  public void prepare() {
    CodecWarmUp.run();
    raw = sample.bytes(SIZE);
    codec = new ChunkCodec(new byte[32], new SecureRandom());
    compressor = new Compressor();
    frame = new byte[Compressor.room(SIZE)];
    key = codec.keyOf(raw, 0, SIZE);
    stored = codec.seal(key, raw, 0, SIZE);
  }

  @TearDown
  public void close() {
    codec.close();
    compressor.close();
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public ChunkKey hmac() {
    return codec.keyOf(raw, 0, SIZE);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public int compress() {
    return compressor.compress(Span.of(raw), frame, 0);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] seal() {
    return codec.seal(key, raw, 0, SIZE);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] open() throws CorruptDataException {
    return codec.open(key, stored);
  }
}
