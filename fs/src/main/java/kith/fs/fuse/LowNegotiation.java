package kith.fs.fuse;

/**
 * What is agreed with the kernel at the start: the bits FUSE_CAP_... of fuse_common.h, and sizes.
 */
final class LowNegotiation {
  static final int ASYNC_READ = 1;
  static final int ATOMIC_O_TRUNC = 1 << 3;
  static final int DONT_MASK = 1 << 6;
  static final int AUTO_INVAL_DATA = 1 << 12;
  static final int READDIRPLUS = 1 << 13;
  static final int READDIRPLUS_AUTO = 1 << 14;
  static final int ASYNC_DIO = 1 << 15;
  static final int WRITEBACK_CACHE = 1 << 16;
  static final int PARALLEL_DIROPS = 1 << 18;
  static final int POSIX_ACL = 1 << 19;
  static final int HANDLE_KILLPRIV = 1 << 20;

  /**
   * With POSIX_ACL the kernel enforces access lists, and leaves the umask to the drive, which knows
   * whether a folder has a default list: DONT_MASK. CACHE_SYMLINKS is not wanted: the kernel would
   * keep where a link points for good, and that to the latest snapshot changes by itself.
   */
  private static final int WANTED =
      ASYNC_READ
          | DONT_MASK
          | READDIRPLUS
          | READDIRPLUS_AUTO
          | WRITEBACK_CACHE
          | PARALLEL_DIROPS
          | POSIX_ACL;

  /**
   * What libfuse asks for unasked. Nothing changes behind the kernel's back, so that it need not
   * drop its pages when times change. The first form of HANDLE_KILLPRIV doesn't tell who may keep
   * setuid bits; {@link LowHandshake} asks for the second. Opening with O_TRUNC doesn't tell it
   * either, so that the kernel truncates by setattr. With ASYNC_DIO a program that reads with
   * O_DIRECT can't be killed while it waits.
   */
  private static final int UNWANTED =
      AUTO_INVAL_DATA | HANDLE_KILLPRIV | ATOMIC_O_TRUNC | ASYNC_DIO;

  private static final int MAX_WRITE = 1 << 20;
  private static final int MAX_READAHEAD = 1 << 20;
  private static final int MAX_BACKGROUND = 64;
  private static final int CONGESTION = 48;

  /**
   * @param connection struct fuse_conn_info with what the kernel offers
   */
  void negotiate(long connection) {
    int capable = NativeMemory.getInt(connection + LowLayout.CONNECTION_CAPABLE);
    int want = NativeMemory.getInt(connection + LowLayout.CONNECTION_WANT);
    NativeMemory.putInt(
        connection + LowLayout.CONNECTION_WANT, (want & ~UNWANTED) | (WANTED & capable));
    NativeMemory.putInt(connection + LowLayout.CONNECTION_MAX_WRITE, MAX_WRITE);
    NativeMemory.putInt(connection + LowLayout.CONNECTION_MAX_READAHEAD, MAX_READAHEAD);
    NativeMemory.putInt(connection + LowLayout.CONNECTION_MAX_BACKGROUND, MAX_BACKGROUND);
    NativeMemory.putInt(connection + LowLayout.CONNECTION_CONGESTION, CONGESTION);
  }
}
