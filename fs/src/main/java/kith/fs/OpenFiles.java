package kith.fs;

import static kith.fs.DriveException.Reason.BAD_HANDLE;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The open files of a drive, by handle. Safe for many threads. */
final class OpenFiles {
  /**
   * An open file.
   *
   * @param inner its handle in the filesystem of the snapshots, if it is there
   * @param writable whether it was opened for writing
   */
  record OpenFile(long inode, long inner, boolean writable) {}

  private final Map<Long, OpenFile> files = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  /** Adds a file and returns its handle. */
  long add(OpenFile file) {
    long handle = last.incrementAndGet();
    files.put(handle, file);
    return handle;
  }

  OpenFile get(long handle) throws DriveException {
    return known(files.get(handle), handle);
  }

  OpenFile remove(long handle) throws DriveException {
    return known(files.remove(handle), handle);
  }

  private static OpenFile known(OpenFile file, long handle) throws DriveException {
    if (file == null) {
      throw new DriveException(BAD_HANDLE, "handle " + handle);
    }
    return file;
  }
}
