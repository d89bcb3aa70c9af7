package kith.chunker;

import kith.bench.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Cuts 8 MiB. */
@State(Scope.Thread)
public class ChunkerBenchmark {
  private static final int SIZE = 8 << 20;

  @Param({"TEXT", "RANDOM"})
  public Sample sample;

  private byte[] bytes;
  private Chunker chunker;

  @Setup
  public void prepare() {
    bytes = sample.bytes(SIZE);
    GearTable gear = GearTable.keyed(new byte[GearTable.KEY_SIZE]);
    chunker = new Chunker(ChunkerParameters.DEFAULT, gear);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public int cut() {
    int chunks = 1;
    chunker.reset();
    for (int at = 0; at < SIZE; chunks++) {
      int taken = chunker.next(bytes, at, SIZE - at);
      if (taken < 0) {
        break;
      }
      at += taken;
    }
    return chunks;
  }
}
