package kith.fs.fuse;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Gives the kernel pages of files that it didn't ask for, because a block that was opened for one
 * page has many. Whatever may change a file by other ways than a handle that is open for writing
 * goes through here, so that no page is given that is older than what the kernel has. Safe for any
 * number of threads.
 */
final class LowPages {
  /** What {@link #version} says of a file to which no pages may be given. */
  static final long WRITTEN = -1;

  private static final int STRIPES = 64;

  private final LowHandles handles;
  private final LowKernel kernel;
  private final Semaphore givers;
  private final Stripe[] stripes =
      IntStream.range(0, STRIPES).mapToObj(i -> new Stripe()).toArray(Stripe[]::new);

  /** Some of the files. */
  private static final class Stripe {
    final ReentrantLock lock = new ReentrantLock();

    /** Changed with every change. */
    final AtomicLong version = new AtomicLong();
  }

  /** A change of a file, or the opening for one. */
  @FunctionalInterface
  interface Change {
    void run() throws IOException;
  }

  /**
   * @param threads that take requests: one of them always goes on with that, because who gives a
   *     page waits until whoever reads it has been answered
   */
  LowPages(LowHandles handles, LowKernel kernel, int threads) {
    this.handles = handles;
    this.kernel = kernel;
    this.givers = new Semaphore(threads - 1);
  }

  private Stripe stripe(long inode) {
    return stripes[Long.hashCode(inode) & (STRIPES - 1)];
  }

  /** To be asked for before the pages are read. */
  long version(long inode) {
    long version = stripe(inode).version.get();
    return handles.isWritten(inode) ? WRITTEN : version;
  }

  /**
   * Gives pages, unless the file may have changed since, something is done to it or given of it
   * just now, or too many give already. May wait until other requests for its pages are answered.
   *
   * @param version told before they were read
   * @param offset a multiple of the page's size
   * @param length one of it too, but at the end of the file
   */
  void give(LowScratch scratch, long inode, long version, long offset, long memory, long length) {
    if (version == WRITTEN || length <= 0 || !givers.tryAcquire()) {
      return;
    }
    try {
      Stripe stripe = stripe(inode);
      if (stripe.lock.tryLock()) {
        try {
          if (stripe.version.get() == version && !handles.isWritten(inode)) {
            kernel.store(inode, offset, scratch.buffers(memory, length));
          }
        } finally {
          stripe.lock.unlock();
        }
      }
    } finally {
      givers.release();
    }
  }

  /**
   * Does what changes a file, or lets others change it, unless pages are being given: then it would
   * have to wait.
   *
   * @return whether it was done
   */
  boolean tryChange(long inode, Change change) throws IOException {
    Stripe stripe = stripe(inode);
    if (!stripe.lock.tryLock()) {
      return false;
    }
    try {
      change.run();
    } finally {
      stripe.version.incrementAndGet();
      stripe.lock.unlock();
    }
    return true;
  }

  /** As {@link #tryChange}, and waits: not in a thread that takes requests. */
  void change(long inode, Change change) throws IOException {
    Stripe stripe = stripe(inode);
    stripe.lock.lock();
    try {
      change.run();
    } finally {
      stripe.version.incrementAndGet();
      stripe.lock.unlock();
    }
  }
}
