package kith.fs.node;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether somebody uses the mount: whether the threads that serve it, whose names begin with
 * "kith-fuse-", work at all. That costs them nothing. For one thread at a time.
 */
final class MountUse {
  /** Less in one look is nobody who waits: a file manager that asks how full the drive is. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** So long after the last request somebody is still at it. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String SERVING = "kith-fuse-";

  private final LongSupplier servedNanos;
  private long before;
  private long lastUse;
  private boolean used;

  MountUse() {
    this(MountUse::cpuNanos);
  }

  /**
   * @param servedNanos for how long processors worked for the mount
   */
  MountUse(LongSupplier servedNanos) {
    this.servedNanos = servedNanos;
    this.before = servedNanos.getAsLong();
  }

  /** Whether it was used since the last look, or shortly before. */
  boolean isBusy(long nowNanos) {
    long served = servedNanos.getAsLong();
    if (served - before >= LEAST_NANOS) {
      used = true;
      lastUse = nowNanos;
    }
    before = served;
    return used && nowNanos - lastUse < LINGER_NANOS;
  }

  /** What the threads that serve it have taken of processors; grows, but when the mount ends. */
  static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    Thread[] all = new Thread[group.activeCount() * 2 + 8];
    int count = group.enumerate(all);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      if (all[i].getName().startsWith(SERVING)) {
        sum += Math.max(0, threads.getThreadCpuTime(all[i].getId()));
      }
    }
    return sum;
  }
}
