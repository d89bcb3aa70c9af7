package kith.fs;

import static kith.fs.DriveException.Reason.BAD_HANDLE;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The open files of the live tree, by handle: small numbers. Safe for many threads. */
final class OpenFiles {
  /**
   * An open file.
   *
   * @param writable whether it was opened for writing
   */
  record OpenFile(long inode, boolean writable) {}

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

  /** The inode of each handle. */
  List<Long> inodes() {
    return files.values().stream().map(OpenFile::inode).toList();
  }

  private static OpenFile known(OpenFile file, long handle) throws DriveException {
    if (file == null) {
      throw new DriveException(BAD_HANDLE, "handle " + handle);
    }
    return file;
  }
}
