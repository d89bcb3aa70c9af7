package kith.fs.fuse;

/** struct fuse_file_info of libfuse 2.9, whose bit fields jnr-fuse places wrongly. */
final class FileInfo {
  private static final int FLAGS = 0;
  private static final int HANDLE = 24;
  private static final int ACCESS_MODE = 3;
  private static final int O_EXCL = 0200;
  private static final int O_TRUNC = 01000;

  private FileInfo() {}

  static long handle(long fileInfo) {
    return NativeMemory.getLong(fileInfo + HANDLE);
  }

  static void setHandle(long fileInfo, long handle) {
    NativeMemory.putLong(fileInfo + HANDLE, handle);
  }

  static boolean forWriting(long fileInfo) {
    return (flags(fileInfo) & ACCESS_MODE) != 0;
  }

  static boolean exclusive(long fileInfo) {
    return (flags(fileInfo) & O_EXCL) != 0;
  }

  static boolean truncating(long fileInfo) {
    return (flags(fileInfo) & O_TRUNC) != 0;
  }

  private static int flags(long fileInfo) {
    return NativeMemory.getInt(fileInfo + FLAGS);
  }
}
