package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that restore files, and the queue before them. What fails one task ends all: problems of
 * a file are no failures. For one thread, which gives the tasks.
 */
final class RestoreWorkers implements AutoCloseable {
  /** Tasks that were given and are not done. */
  private static final int OPEN = 256;

  private static final long STEP_MILLIS = 200;

  /** Restores something. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  /** Called again and again while somebody waits; may end it all. */
  @FunctionalInterface
  interface Watch {
    void look() throws IOException;
  }

  private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(OPEN);
  private final Semaphore room = new Semaphore(OPEN);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Watch watch;
  private volatile boolean ending;

  /**
   * @param count of threads; 0 has the giver of a task carry it out
   */
  RestoreWorkers(int count, Watch watch) {
    this.watch = watch;
    for (int i = 1; i <= count; i++) {
      Thread thread = new Thread(this::work, "kith-restore-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void work() {
    while (!ending) {
      try {
        Task task = tasks.poll(STEP_MILLIS, TimeUnit.MILLISECONDS);
        if (task != null) {
          carryOut(task);
        }
      } catch (InterruptedException e) {
        return; // closed
      }
    }
  }

  private void carryOut(Task task) {
    try {
      if (failure.get() == null) {
        task.run();
      }
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      room.release();
    }
  }

  /** Gives a task, when there is room for it. */
  void give(Task task) throws IOException {
    if (threads.isEmpty()) {
      task.run();
      watch.look();
      return;
    }
    await(1);
    tasks.add(task);
  }

  /** Waits for all that was given. */
  void finish() throws IOException {
    await(OPEN);
    room.release(OPEN);
    check();
  }

  private void await(int done) throws IOException {
    try {
      do {
        check();
      } while (!room.tryAcquire(done, STEP_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private void check() throws IOException {
    Throwable first = failure.get();
    if (first instanceof IOException io) {
      throw io;
    }
    if (first != null) {
      throw new IllegalStateException("a restore failed", first);
    }
    watch.look();
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while files were restored");
  }

  /** Ends where it is; what waits is not done. */
  @Override
  public void close() {
    ending = true;
    failure.compareAndSet(null, new InterruptedIOException("ended"));
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
