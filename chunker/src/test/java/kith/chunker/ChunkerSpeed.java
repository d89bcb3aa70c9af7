package kith.chunker;

import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGeneratorFactory;

/** Prints how fast cuts are found on this machine, median of rounds. */
public final class ChunkerSpeed {
  private static final int ROUNDS = 15;

  private ChunkerSpeed() {}

  public static void main(String[] args) {
    byte[] content = new byte[16 << 20];
    RandomGeneratorFactory.of("L64X128MixRandom").create(1).nextBytes(content);
    Chunker chunker = new Chunker(ChunkerParameters.DEFAULT, GearTable.keyed(new byte[32]));
    var cpu = java.lang.management.ManagementFactory.getThreadMXBean();
    long[] times = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long before = cpu.getCurrentThreadCpuTime();
      for (int at = 0; at < content.length; ) {
        int taken = chunker.next(content, at, content.length - at);
        at = taken < 0 ? content.length : at + taken;
      }
      times[i] = cpu.getCurrentThreadCpuTime() - before;
    }
    Arrays.sort(times);
    double speed = content.length / (double) times[ROUNDS / 2];
    System.out.printf(Locale.ROOT, "cuts %.2f GB/s%n", speed);
  }
}
