package kith.fs.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.fs.FileSystem;
import kith.fs.KernelNames;

/**
 * The threads that serve a mount ("kith-fuse-N") through one of the two libraries. Its methods but
 * writeBack are called in their order here, by one thread.
 */
interface MountBinding {
  /** One of the two libraries, loaded. */
  interface Library {
    /**
     * Mounts, and serves from then on.
     *
     * @param everybody whether other users may use the mount, as only root may let them
     */
    MountBinding mount(FileSystem drive, MountPoint at, MountOptions options, boolean everybody)
        throws IOException;
  }

  /** Completed when nothing is mounted any more. */
  CompletableFuture<Void> ended();

  /** Has the kernel write what it holds back, and waits for that; by any thread, while mounted. */
  void writeBack();

  /** Takes what changes other than through the mount; from any thread that serves no request. */
  KernelNames names();

  /** Waits until the kernel has let go of the mount, or until the time is over. */
  void awaitEnd(Duration atMost) throws InterruptedException;

  /**
   * Lets no more requests through to the drive, waits for those in progress and ends its handles.
   *
   * @throws IOException if a request doesn't end in time
   */
  void stop(Duration atMost) throws IOException, InterruptedException;

  /** Gives back all memory, unless somebody who has files open keeps the mount alive unseen. */
  void free();
}
