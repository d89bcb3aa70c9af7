package kith.fs.fuse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kith.fs.fuse.MountException.Reason;

/**
 * A mount in libfuse's hands, and the memory that it was given.
 *
 * @param fuse address of struct fuse
 * @param mountPath address of the path that libfuse mounted
 */
record Session(Libfuse libfuse, long fuse, long mountPath) {
  /**
   * Mounts.
   *
   * @param arguments as on a command line, the program's name first
   * @throws MountException if libfuse refuses; it has told standard error why
   */
  static Session open(
      Libfuse libfuse, MountPoint at, OperationTable operations, List<String> arguments)
      throws MountException {
    int count = arguments.size() + 1;
    long argv = NativeMemory.allocate((count + 1L) * Long.BYTES);
    for (int i = 0; i < arguments.size(); i++) {
      putArgument(argv, i, arguments.get(i).getBytes(StandardCharsets.UTF_8));
    }
    putArgument(argv, arguments.size(), at.bytes());
    long results = NativeMemory.allocate(2L * Long.BYTES);
    try {
      long fuse =
          libfuse.fuse_setup(
              count,
              argv,
              operations.address(),
              operations.size(),
              results,
              results + Long.BYTES,
              0);
      if (fuse == 0) {
        throw new MountException(
            Reason.FAILED,
            "libfuse could not mount on "
                + at
                + " (its reason is above); mounting needs root or the helper fusermount3, and in a"
                + " container --device /dev/fuse --cap-add SYS_ADMIN");
      }
      return new Session(libfuse, fuse, NativeMemory.getLong(results));
    } finally {
      for (int i = 0; i < count; i++) {
        NativeMemory.free(NativeMemory.getLong(argv + (long) i * Long.BYTES));
      }
      NativeMemory.free(argv);
      NativeMemory.free(results);
    }
  }

  private static void putArgument(long argv, int index, byte[] bytes) {
    long address = NativeMemory.allocate(bytes.length + 1L);
    NativeMemory.putString(address, bytes);
    NativeMemory.putLong(argv + (long) index * Long.BYTES, address);
  }

  /** Address of struct fuse_session. */
  long address() {
    return libfuse.fuse_get_session(fuse);
  }

  /** Unmounts what is still mounted and gives back libfuse's memory; no thread may be inside. */
  void close() {
    libfuse.fuse_teardown(fuse, mountPath);
  }
}
