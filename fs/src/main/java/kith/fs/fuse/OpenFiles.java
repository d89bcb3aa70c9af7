package kith.fs.fuse;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kith.fs.DriveException;
import kith.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which file each of the drive's handles given to the kernel belongs to. */
final class OpenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  private final FileSystem drive;
  private final HiddenNames hidden;
  private final Map<Long, Long> inodes = new ConcurrentHashMap<>();

  OpenFiles(FileSystem drive, HiddenNames hidden) {
    this.drive = drive;
    this.hidden = hidden;
  }

  void add(FileSystem.Opened opened) {
    inodes.put(opened.handle(), opened.attributes().inode());
  }

  long inode(long handle) throws DriveException {
    Long inode = inodes.get(handle);
    if (inode == null) {
      throw new DriveException(DriveException.Reason.BAD_HANDLE, "handle " + handle);
    }
    return inode;
  }

  void release(long handle) throws IOException {
    Long inode = inodes.remove(handle);
    if (inode == null) {
      throw new DriveException(DriveException.Reason.BAD_HANDLE, "handle " + handle);
    }
    if (!hidden.isEmpty() && !inodes.containsValue(inode)) {
      hidden.removeInode(inode);
    }
    drive.release(handle);
  }

  /** Ends what the kernel left open, when nothing can ask for it any more. */
  void releaseAll() {
    for (long handle : inodes.keySet()) {
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
