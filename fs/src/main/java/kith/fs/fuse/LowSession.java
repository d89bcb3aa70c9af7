package kith.fs.fuse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kith.fs.fuse.MountException.Reason;

/**
 * A mount in libfuse3's hands.
 *
 * @param address struct fuse_session
 */
record LowSession(LowLibrary fuse, long address) {
  /**
   * Mounts.
   *
   * @param arguments as on a command line, the program's name first
   * @throws MountException if libfuse refuses; it has told standard error why
   */
  static LowSession open(
      LowLibrary fuse, MountPoint at, LowOperations operations, List<String> arguments)
      throws MountException {
    var session = new LowSession(fuse, create(fuse, operations, arguments));
    byte[] path = at.bytes();
    long mountPoint = NativeMemory.allocate(path.length + 1L);
    try {
      NativeMemory.putString(mountPoint, path);
      if (session.address == 0 || fuse.fuse_session_mount(session.address, mountPoint) != 0) {
        if (session.address != 0) {
          fuse.fuse_session_destroy(session.address);
        }
        throw new MountException(
            Reason.FAILED,
            "libfuse could not mount on "
                + at
                + " (its reason is above); mounting needs root or the helper fusermount3, and in a"
                + " container --device /dev/fuse --cap-add SYS_ADMIN");
      }
    } finally {
      NativeMemory.free(mountPoint);
    }
    return session;
  }

  private static long create(LowLibrary fuse, LowOperations operations, List<String> arguments) {
    long values = NativeMemory.allocate((arguments.size() + 1L) * Long.BYTES);
    long args = NativeMemory.allocate(LowLayout.ARGS_SIZE);
    NativeMemory.putInt(args + LowLayout.ARGS_COUNT, arguments.size());
    NativeMemory.putLong(args + LowLayout.ARGS_VALUES, values);
    for (int i = 0; i < arguments.size(); i++) {
      byte[] bytes = arguments.get(i).getBytes(StandardCharsets.UTF_8);
      long value = NativeMemory.allocate(bytes.length + 1L);
      NativeMemory.putString(value, bytes);
      NativeMemory.putLong(values + (long) i * Long.BYTES, value);
    }
    try {
      return fuse.fuse_session_new(args, operations.address(), LowOperation.TABLE_SIZE, 0);
    } finally {
      for (int i = 0; i < arguments.size(); i++) {
        NativeMemory.free(NativeMemory.getLong(values + (long) i * Long.BYTES));
      }
      NativeMemory.free(values);
      NativeMemory.free(args);
    }
  }

  /** Unmounts what is still mounted and gives back libfuse's memory; no thread may be inside. */
  void close() {
    fuse.fuse_session_unmount(address);
    fuse.fuse_session_destroy(address);
  }
}
