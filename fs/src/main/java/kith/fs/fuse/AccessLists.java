package kith.fs.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kith.fs.AttributeChange;
import kith.fs.Caller;
import kith.fs.DriveException;
import kith.fs.FileSystem;

/** Keeps the modes of files and their access control lists in step. */
final class AccessLists {
  private static final byte[] NAME = "system.posix_acl_access".getBytes(StandardCharsets.US_ASCII);

  private final FileSystem drive;

  AccessLists(FileSystem drive) {
    this.drive = drive;
  }

  static boolean isName(byte[] xattr) {
    return Arrays.equals(NAME, xattr);
  }

  /** Sets a file's list, and its mode with it. */
  void set(Caller caller, long inode, byte[] value) throws IOException {
    AccessList list = AccessList.of(value);
    if (list.isMinimal()) {
      remove(inode);
    } else {
      drive.setXattr(inode, NAME, value, FileSystem.XattrMode.CREATE_OR_REPLACE);
    }
    int mode = list.mode(drive.attributes(inode).mode());
    drive.change(caller, inode, AttributeChange.mode(mode));
  }

  /** Sets a file's mode, and its list with it if it has one. */
  void setMode(Caller caller, long inode, int mode) throws IOException {
    Optional<byte[]> stored = drive.xattr(inode, NAME);
    if (stored.isPresent()) {
      byte[] changed = AccessList.of(stored.get()).withMode(mode);
      drive.setXattr(inode, NAME, changed, FileSystem.XattrMode.CREATE_OR_REPLACE);
    }
    drive.change(caller, inode, AttributeChange.mode(mode));
  }

  private void remove(long inode) throws IOException {
    try {
      drive.removeXattr(inode, NAME);
    } catch (DriveException e) {
      if (e.reason() != DriveException.Reason.NO_ATTRIBUTE) {
        throw e;
      }
    }
  }
}
