package kith.fs.fuse;

import java.io.IOException;
import kith.fs.FileSystem;

/**
 * Decides who does the work of a request: the thread that took it from the kernel, or one that may
 * wait for partners. Safe for any number of threads.
 */
final class LowDispatch {
  private final FileSystem drive;
  private final LowWorkers workers;
  private final LowWorkers writers;
  private final LowInterrupts interrupts = new LowInterrupts();

  /**
   * @param workers for what waits for partners
   * @param writers for what waits for room
   */
  LowDispatch(FileSystem drive, LowWorkers workers, LowWorkers writers) {
    this.drive = drive;
    this.workers = workers;
    this.writers = writers;
  }

  /** Work that changes nothing; if it has to wait, the caller's death ends the wait. */
  void asking(LowRequest request, long inode, LowWork work) throws IOException {
    if (drive.mayWait(inode)) {
      waiting(request, work);
    } else {
      now(request, work);
    }
  }

  /** Work that changes something, and is therefore always waited for. */
  void changing(LowRequest request, long inode, LowWork work) throws IOException {
    if (drive.mayWait(inode)) {
      workers.submit(request, work);
    } else {
      now(request, work);
    }
  }

  /**
   * Work that changes a file's content, or lets others change it: after what is being done with its
   * pages.
   */
  void changingContent(LowRequest request, long inode, LowPages pages, LowWork work)
      throws IOException {
    if (drive.mayWait(inode)) {
      workers.submit(request, (r, scratch) -> pages.change(inode, () -> work.run(r, scratch)));
      return;
    }
    LowScratch own = LowLoopThread.current().scratch();
    if (!pages.tryChange(inode, () -> work.run(request, own))) {
      heldBack(request, (r, scratch) -> pages.change(inode, () -> work.run(r, scratch)));
    }
  }

  /** Work that makes the kernel send requests, and waits for them. */
  void later(LowRequest request, LowWork work) {
    workers.submit(request, work);
  }

  /** A write that waits for room. */
  void heldBack(LowRequest request, LowWork work) {
    writers.submit(request, work);
  }

  /** Work of the thread that took the request. */
  void now(LowRequest request, LowWork work) throws IOException {
    work.run(request, LowLoopThread.current().scratch());
  }

  /** Work that waits; the caller's death ends the wait. */
  void waiting(LowRequest request, LowWork work) {
    long number = interrupts.watch(request);
    if (number == 0) {
      return;
    }
    workers.submit(
        request,
        (r, scratch) -> {
          try {
            work.run(r, scratch);
          } finally {
            interrupts.forget(number);
          }
        });
  }
}
