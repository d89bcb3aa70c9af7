package kith.fs.node;

import java.lang.management.ManagementFactory;
import kith.fs.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the node's background stand back (docs/decisions/014). Its threads have nice levels, by
 * which Linux ranks their disk requests, too; those that nobody waits for never push another thread
 * off a processor when they wake. Where Linux shares processors out among sessions, the share of
 * the node's session is smaller while the mount is not in use; while it is, one processor is left
 * to it. Safe for many threads.
 */
final class NodePace implements Pace {
  /** Nice level of threads that nobody waits for. */
  static final int BACKGROUND = 10;

  /** Nice level of those that move bytes between partners. */
  static final int NETWORK = 5;

  private static final Logger LOG = LoggerFactory.getLogger(NodePace.class);
  private static final int PRIO_PROCESS = 0;
  private static final int SCHED_BATCH = 3;

  /** Percent of one processor for the background while the mount is in use. */
  private static final int BESIDE_MOUNT =
      Math.max(50, 100 * (Runtime.getRuntime().availableProcessors() - 1));

  private final SchedulingCalls calls = SchedulingCalls.load();
  private final SessionShare session = SessionShare.of(calls);
  private final MountUse mount = new MountUse();
  private final CpuLimit cpu = new CpuLimit(CpuLimit.REAL, NodePace::backgroundNanos);
  private int limit;
  private int inForce = Integer.MAX_VALUE;

  @Override
  public void enter(Rank rank) {
    boolean done =
        switch (rank) {
          case NETWORK -> calls.setpriority(PRIO_PROCESS, 0, NETWORK) == 0;
          case BACKGROUND ->
              calls.setpriority(PRIO_PROCESS, 0, BACKGROUND) == 0
                  && calls.sched_setscheduler(0, SCHED_BATCH, new int[1]) == 0;
        };
    if (!done) {
      LOG.debug("{} keeps its priority", Thread.currentThread().getName());
    }
  }

  @Override
  public synchronized int tick() {
    boolean busy = mount.isBusy(System.nanoTime());
    session.nice(busy ? 0 : BACKGROUND);
    int percent = limit == 0 ? Integer.MAX_VALUE : limit;
    int now = Math.min(percent, busy ? BESIDE_MOUNT : Integer.MAX_VALUE);
    if (now != inForce) {
      inForce = now;
      cpu.limit(now == Integer.MAX_VALUE ? 0 : now);
    }
    return 0;
  }

  @Override
  public synchronized void limit(int percent) {
    limit = percent;
    tick();
  }

  @Override
  public void step() {
    cpu.step();
  }

  private static long backgroundNanos() {
    var process =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return process.getProcessCpuTime() - MountUse.cpuNanos();
  }
}
