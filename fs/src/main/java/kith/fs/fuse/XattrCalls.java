package kith.fs.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.fs.DriveException;
import kith.fs.FileSystem;

/** The callbacks about extended attributes. */
final class XattrCalls {
  private static final byte[] CAPABILITY =
      "security.capability".getBytes(StandardCharsets.US_ASCII);
  private static final int XATTR_CREATE = 1;
  private static final int XATTR_REPLACE = 2;

  private final FileSystem drive;
  private final Paths paths;
  private final IncapableNodes incapable = new IncapableNodes();

  XattrCalls(FileSystem drive, Paths paths) {
    this.drive = drive;
    this.paths = paths;
  }

  void register(OperationTable table) {
    var at = table.layout();
    table.set(at.getxattr, this::getxattr);
    table.set(at.setxattr, this::setxattr);
    table.set(at.listxattr, this::listxattr);
    table.set(at.removexattr, this::removexattr);
  }

  private int getxattr(long path, long name, long value, long size) throws IOException {
    byte[] bytes = NativeMemory.string(name);
    boolean capability = Arrays.equals(bytes, CAPABILITY);
    long node = LoopThread.current().request().node();
    if (capability && incapable.contains(node)) {
      return -Errno.ENODATA;
    }
    long stamp = incapable.stamp();
    Optional<byte[]> found = drive.xattr(paths.inode(path), bytes);
    if (found.isEmpty()) {
      if (capability) {
        incapable.add(stamp, node);
      }
      return -Errno.ENODATA;
    }
    return answer(found.get(), value, size);
  }

  private int setxattr(long path, long name, long value, long size, long flags) throws IOException {
    byte[] bytes = NativeMemory.string(name);
    byte[] content = NativeMemory.bytes(value, Math.toIntExact(size));
    drive.setXattr(paths.inode(path), bytes, content, mode((int) flags));
    if (Arrays.equals(bytes, CAPABILITY)) {
      incapable.clear();
    }
    return 0;
  }

  private int listxattr(long path, long list, long size) throws IOException {
    List<byte[]> names = drive.xattrNames(paths.inode(path));
    var joined = new byte[names.stream().mapToInt(name -> name.length + 1).sum()];
    int end = 0;
    for (byte[] name : names) {
      System.arraycopy(name, 0, joined, end, name.length);
      end += name.length + 1;
    }
    return answer(joined, list, size);
  }

  private int removexattr(long path, long name) throws IOException {
    drive.removeXattr(paths.inode(path), NativeMemory.string(name));
    return 0;
  }

  /** A size of 0 asks how much room is needed. */
  private static int answer(byte[] bytes, long address, long size) {
    if (size == 0) {
      return bytes.length;
    }
    if (size < bytes.length) {
      return -Errno.ERANGE;
    }
    NativeMemory.putBytes(address, bytes, bytes.length);
    return bytes.length;
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
