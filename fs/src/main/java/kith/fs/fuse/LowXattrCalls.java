package kith.fs.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.fs.DriveException;
import kith.fs.FileSystem;

/** The callbacks of libfuse3 about extended attributes. */
final class LowXattrCalls {
  private static final byte[] CAPABILITY =
      "security.capability".getBytes(StandardCharsets.US_ASCII);
  private static final int XATTR_CREATE = 1;
  private static final int XATTR_REPLACE = 2;

  private final FileSystem drive;
  private final LowDispatch dispatch;
  private final IncapableNodes incapable = new IncapableNodes();

  LowXattrCalls(FileSystem drive, LowDispatch dispatch) {
    this.drive = drive;
    this.dispatch = dispatch;
  }

  void register(LowOperations table) {
    table.set(LowOperation.GETXATTR, this::getxattr);
    table.set(LowOperation.SETXATTR, this::setxattr);
    table.set(LowOperation.LISTXATTR, this::listxattr);
    table.set(LowOperation.REMOVEXATTR, this::removexattr);
  }

  private void getxattr(LowRequest request, long inode, long address, long size)
      throws IOException {
    byte[] name = NativeMemory.string(address);
    boolean capability = Arrays.equals(name, CAPABILITY);
    if (capability && incapable.contains(inode)) {
      request.status(Errno.ENODATA);
      return;
    }
    dispatch.asking(
        request,
        inode,
        (r, scratch) -> {
          long stamp = incapable.stamp();
          Optional<byte[]> found = drive.xattr(inode, name);
          if (found.isPresent()) {
            answer(r, scratch, found.get(), size);
            return;
          }
          if (capability) {
            incapable.add(stamp, inode);
          }
          r.status(Errno.ENODATA);
        });
  }

  private void setxattr(
      LowRequest request, long inode, long address, long value, long size, long flags)
      throws IOException {
    byte[] name = NativeMemory.string(address);
    byte[] content = NativeMemory.bytes(value, Math.toIntExact(size));
    FileSystem.XattrMode mode = mode((int) flags);
    dispatch.changing(
        request,
        inode,
        (r, scratch) -> {
          drive.setXattr(inode, name, content, mode);
          if (Arrays.equals(name, CAPABILITY)) {
            incapable.clear();
          }
          r.done();
        });
  }

  private void listxattr(LowRequest request, long inode, long size) throws IOException {
    dispatch.asking(
        request, inode, (r, scratch) -> answer(r, scratch, joined(drive.xattrNames(inode)), size));
  }

  private static byte[] joined(List<byte[]> names) {
    var joined = new byte[names.stream().mapToInt(name -> name.length + 1).sum()];
    int end = 0;
    for (byte[] name : names) {
      System.arraycopy(name, 0, joined, end, name.length);
      end += name.length + 1;
    }
    return joined;
  }

  private void removexattr(LowRequest request, long inode, long address) throws IOException {
    byte[] name = NativeMemory.string(address);
    dispatch.changing(
        request,
        inode,
        (r, scratch) -> {
          drive.removeXattr(inode, name);
          r.done();
        });
  }

  /** A size of 0 asks how much room is needed. */
  private static void answer(LowRequest request, LowScratch scratch, byte[] bytes, long size) {
    if (size == 0) {
      request.answer((fuse, r) -> fuse.fuse_reply_xattr(r, bytes.length));
    } else if (size < bytes.length) {
      request.status(Errno.ERANGE);
    } else {
      long data = scratch.data(bytes.length);
      NativeMemory.putBytes(data, bytes, bytes.length);
      request.bytes(data, bytes.length);
    }
  }

  private static FileSystem.XattrMode mode(int flags) throws DriveException {
    return switch (flags) {
      case 0 -> FileSystem.XattrMode.CREATE_OR_REPLACE;
      case XATTR_CREATE -> FileSystem.XattrMode.CREATE;
      case XATTR_REPLACE -> FileSystem.XattrMode.REPLACE;
      default -> throw new DriveException(DriveException.Reason.INVALID, "setxattr " + flags);
    };
  }
}
