package kith.peer;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Runs a link's requests on the node's workers: those of one lane one after the other, the rest at
 * once. Safe for any number of threads. Has no threads of its own.
 */
final class Lanes {
  private static final int COUNT = 16;

  private final Executor workers;
  private final Lane[] lanes = new Lane[COUNT];

  Lanes(Executor workers) {
    this.workers = workers;
    for (int i = 0; i < COUNT; i++) {
      lanes[i] = new Lane();
    }
  }

  /**
   * @param lane at least 0, or -1 for none
   */
  void run(int lane, Runnable task) {
    if (lane < 0) {
      workers.execute(task);
    } else {
      lanes[lane % COUNT].add(task);
    }
  }

  private final class Lane {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    void add(Runnable task) {
      synchronized (this) {
        tasks.add(task);
        if (running) {
          return;
        }
        running = true;
      }
      workers.execute(this::work);
    }

    private void work() {
      Runnable task = next();
      while (task != null) {
        task.run();
        task = next();
      }
    }

    private synchronized Runnable next() {
      Runnable task = tasks.poll();
      running = task != null;
      return task;
    }
  }
}
