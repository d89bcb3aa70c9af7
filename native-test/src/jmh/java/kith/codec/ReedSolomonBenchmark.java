package kith.codec;

import java.util.stream.IntStream;
import kith.bench.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Codes a pack of 8 MiB, and makes lost shards again, with each kernel. */
@State(Scope.Thread)
public class ReedSolomonBenchmark {
  private static final int SIZE = 8 << 20;

  @Param({"4+2", "10+4", "20+20"})
  public String code;

  @Param({"isal", "tables"})
  public String kernel;

  private byte[] pack;
  private byte[][] shards;
  private ReedSolomon erasure;
  private int[] lost;

  @Setup
  public void prepare() {
    String[] numbers = code.split("\\+", -1);
    var parameters = CodeParameters.of(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    GaloisKernel chosen =
        kernel.equals("isal") ? IsalKernel.load().orElseThrow() : new TableKernel();
    erasure = new ReedSolomon(parameters, chosen);
    pack = Sample.RANDOM.bytes(SIZE);
    shards = erasure.encode(pack);
    lost = IntStream.range(0, Math.min(2, parameters.m())).toArray();
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[][] encode() {
    return erasure.parity(pack);
  }

  /** Two data shards, as after the loss of two partners. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[][] reconstruct() throws NotEnoughShardsException {
    byte[][] some = shards.clone();
    for (int i : lost) {
      some[i] = null;
    }
    erasure.reconstruct(some, lost);
    return some;
  }
}
