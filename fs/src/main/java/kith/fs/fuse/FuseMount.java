package kith.fs.fuse;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.fs.FileSystem;
import kith.fs.KernelNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted drive. Owns the {@link MountBinding} that serves it, from the mount to {@link #close}.
 * After close the drive gets no more calls and may be closed itself. When the process dies the
 * mount stays and answers ENOTCONN, so that nobody takes it for an empty folder; the next mount
 * there takes it away. Safe for any number of threads.
 */
public final class FuseMount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FuseMount.class);
  private static final Duration REQUESTS_END_WITHIN = Duration.ofSeconds(30);
  private static final Duration THREADS_END_WITHIN = Duration.ofSeconds(5);

  private final MountPoint mountPoint;
  private final Unmounter unmounter;
  private final MountBinding binding;
  private boolean closed;

  private FuseMount(MountPoint mountPoint, Unmounter unmounter, MountBinding binding) {
    this.mountPoint = mountPoint;
    this.unmounter = unmounter;
    this.binding = binding;
  }

  /**
   * Mounts the drive and returns when it can be used.
   *
   * @throws MountException if it can't be mounted, with what to do
   */
  public static FuseMount mount(FileSystem drive, Path at, MountOptions options)
      throws IOException {
    return mount(drive, at, options, Machine.STANDARD);
  }

  static FuseMount mount(FileSystem drive, Path at, MountOptions options, Machine machine)
      throws IOException {
    var unmounter = new Unmounter(Libc.load());
    MountBinding.Library library = machine.library(options.binding(), unmounter);
    MountPoint mountPoint = MountPoint.prepare(at, unmounter);
    MountBinding binding = library.mount(drive, mountPoint, options, unmounter.isRoot());
    return new FuseMount(mountPoint, unmounter, binding);
  }

  /** Where the drive is mounted: absolute, without symbolic links. */
  public Path path() {
    return mountPoint.path();
  }

  /** Completed when the drive is no longer mounted, by whomever; {@link #close} is still due. */
  public CompletableFuture<Void> ended() {
    return binding.ended().copy();
  }

  /**
   * What programs have written so far has reached the drive when this returns. Without it, what is
   * written to files that are still open may be with the kernel for half a minute.
   */
  public void writeBack() {
    if (!binding.ended().isDone()) {
      binding.writeBack();
    }
  }

  /** Takes what changes in the drive other than through this mount. */
  public KernelNames names() {
    return binding.names();
  }

  /**
   * Unmounts if nobody uses the mount, and closes.
   *
   * @throws MountException BUSY if somebody does; then nothing has changed
   */
  public synchronized void unmount() throws IOException {
    if (isMounted()) {
      unmounter.unmount(mountPoint);
    }
    close();
  }

  /**
   * Takes the mount out of sight, waits for the requests in progress and lets no more through to
   * the drive. Those who have files open there get ENOTCONN from then on.
   *
   * @throws IOException if a request doesn't end within 30 s; the drive must not be closed then
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    if (isMounted()) {
      unmounter.detach(mountPoint);
    }
    try {
      binding.awaitEnd(THREADS_END_WITHIN);
      binding.stop(REQUESTS_END_WITHIN);
      closed = true;
      binding.free();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while closing the mount " + mountPoint.path(), e);
    }
    LOG.debug("{} is unmounted", mountPoint.path());
  }

  private boolean isMounted() throws IOException {
    return !binding.ended().isDone() && mountPoint.mountedType().isPresent();
  }
}
