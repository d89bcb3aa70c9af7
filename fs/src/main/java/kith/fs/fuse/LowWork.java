package kith.fs.fuse;

import java.io.IOException;

/** The part of a callback that asks the drive and answers; may run in another thread. */
@FunctionalInterface
interface LowWork {
  /**
   * Answers the request, or throws before.
   *
   * @param scratch memory of the thread that runs this
   */
  void run(LowRequest request, LowScratch scratch) throws IOException;
}
