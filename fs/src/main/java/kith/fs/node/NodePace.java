package kith.fs.node;

import kith.fs.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the node's background stand back (docs/decisions/014). Its threads have nice levels, by
 * which Linux ranks their disk requests, too; those that nobody waits for never push another thread
 * off a processor when they wake. Where Linux shares processors out among sessions, the share of
 * the node's session is smaller while the mount is not in use. Safe for many threads.
 */
final class NodePace implements Pace {
  /** Nice level of threads that nobody waits for. */
  static final int BACKGROUND = 10;

  /** Nice level of those that move bytes between partners. */
  static final int NETWORK = 5;

  private static final Logger LOG = LoggerFactory.getLogger(NodePace.class);
  private static final int PRIO_PROCESS = 0;
  private static final int SCHED_BATCH = 3;

  private final SchedulingCalls calls = SchedulingCalls.load();
  private final SessionShare session = SessionShare.of(calls);
  private final MountUse mount = new MountUse();

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
    session.nice(mount.isBusy(System.nanoTime()) ? 0 : BACKGROUND);
    return 0;
  }
}
