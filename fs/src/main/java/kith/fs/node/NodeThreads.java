package kith.fs.node;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kith.fs.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pools of a node: made, named and ended here. */
final class NodeThreads implements NodeWorld.Pools {
  private static final Logger LOG = LoggerFactory.getLogger(NodeThreads.class);

  private static final int CALLS = 16;
  private static final int READ_AHEAD = 4;
  private static final int READ_AHEAD_WAITING = 64;
  private static final int WAITING = 4096;
  private static final long IDLE_SECONDS = 30;
  private static final long END_SECONDS = 5;

  private final ThreadPoolExecutor cpu;
  private final ThreadPoolExecutor calls;
  private final ThreadPoolExecutor readAhead;

  /**
   * @param cpuThreads that compress and encrypt
   * @param pace of what nobody waits for: but for reading ahead, everything
   */
  NodeThreads(int cpuThreads, Pace pace) {
    cpu = pool("cpu", cpuThreads, WAITING, pace);
    calls = pool("calls", CALLS, WAITING, ranked(pace));
    readAhead = pool("ahead", READ_AHEAD, READ_AHEAD_WAITING, Pace.NONE);
  }

  private static ThreadPoolExecutor pool(String name, int threads, int waiting, Pace pace) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory named =
        work -> {
          String full = "kith-" + name + "-" + number.incrementAndGet();
          Thread thread = new Thread(() -> run(work, pace), full);
          thread.setDaemon(true);
          return thread;
        };
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            named) {
          @Override
          protected void beforeExecute(Thread thread, Runnable work) {
            pace.step();
          }
        };
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** What waits for a partner takes hardly any time: it is not held back. */
  private static Pace ranked(Pace pace) {
    return new Pace() {
      @Override
      public void enter(Rank rank) {
        pace.enter(rank);
      }

      @Override
      public void step() {}
    };
  }

  private static void run(Runnable work, Pace pace) {
    pace.enter();
    work.run();
  }

  @Override
  public ExecutorService cpu() {
    return cpu;
  }

  @Override
  public ExecutorService calls() {
    return calls;
  }

  @Override
  public ExecutorService readAhead() {
    return readAhead;
  }

  @Override
  public void close() {
    List<ThreadPoolExecutor> pools = List.of(readAhead, calls, cpu);
    pools.forEach(ThreadPoolExecutor::shutdownNow);
    try {
      // What still runs when the process exits finds half a Java around it.
      for (ThreadPoolExecutor pool : pools) {
        if (!pool.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
          LOG.warn("a thread of {} does not end", pool);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
