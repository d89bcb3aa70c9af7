package kith.fs.fuse;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.fs.DriveException;
import kith.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drive's handles that the kernel has. Safe for any number of threads. */
final class LowHandles {
  private static final Logger LOG = LoggerFactory.getLogger(LowHandles.class);

  private record Open(long inode, boolean forWriting) {}

  private final FileSystem drive;
  private final Map<Long, Open> handles = new ConcurrentHashMap<>();
  private final Map<Long, Integer> writers = new ConcurrentHashMap<>();

  LowHandles(FileSystem drive) {
    this.drive = drive;
  }

  void add(FileSystem.Opened opened, boolean forWriting) {
    long inode = opened.attributes().inode();
    handles.put(opened.handle(), new Open(inode, forWriting));
    if (forWriting) {
      writers.merge(inode, 1, Integer::sum);
    }
  }

  /** Whether somebody has the file open for writing. */
  boolean isWritten(long inode) {
    return writers.containsKey(inode);
  }

  /** The files that somebody has open for writing. */
  Set<Long> written() {
    return Set.copyOf(writers.keySet());
  }

  void release(long handle) throws IOException {
    Open open = handles.remove(handle);
    if (open == null) {
      throw new DriveException(DriveException.Reason.BAD_HANDLE, "handle " + handle);
    }
    if (open.forWriting) {
      writers.computeIfPresent(open.inode, (inode, count) -> count == 1 ? null : count - 1);
    }
    drive.release(handle);
  }

  /** Ends what the kernel left open and knew, when nothing can ask for it any more. */
  void releaseAll() {
    for (long handle : handles.keySet()) {
      try {
        release(handle);
      } catch (IOException e) {
        LOG.warn("releasing a file that was left open", e);
      }
    }
    try {
      drive.forgetAll();
    } catch (IOException e) {
      LOG.warn("forgetting what the kernel knew", e);
    }
  }
}
