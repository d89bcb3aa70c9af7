package kith.codec;

import kith.bench.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Decompresses source code, 128 KiB of it. What doesn't compress is stored as it is. */
@State(Scope.Thread)
public class DecompressBenchmark {
  private static final int SIZE = 128 * 1024;

  private Compressor compressor;
  private Span frame;

  @Setup
  public void prepare() {
    compressor = new Compressor();
    byte[] room = new byte[Compressor.room(SIZE)];
    int length = compressor.compress(Span.of(Sample.TEXT.bytes(SIZE)), room, 0);
    frame = new Span(room, 0, length);
  }

  @TearDown
  public void close() {
    compressor.close();
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] text() throws CorruptDataException {
    return compressor.decompress(frame, SIZE);
  }
}
