package kith.fs.fuse;

/**
 * Where libfuse3's structs have what is used here, in bytes (fuse_lowlevel.h, fuse_common.h). The
 * same in all versions from 3.10 to 3.18: what they added or moved lies behind, or is not used. A
 * test compares them with the headers that are installed.
 */
final class LowLayout {
  private static final int FIRST_KNOWN = 310;
  private static final int LAST_KNOWN = 318;

  /** struct fuse_args. */
  static final int ARGS_COUNT = 0;

  static final int ARGS_VALUES = 8;
  static final int ARGS_SIZE = 24;

  /** struct fuse_entry_param; the timeouts follow its struct stat. */
  static final int ENTRY_INODE = 0;

  static final int ENTRY_GENERATION = 8;
  static final int ENTRY_STAT = 16;

  /** struct fuse_file_info. */
  static final int INFO_FLAGS = 0;

  static final int INFO_BITS = 4;
  static final int INFO_KEEP_CACHE = 4;
  static final int INFO_HANDLE = 16;

  /** Room for a struct fuse_file_info of any version. */
  static final int INFO_ROOM = 128;

  /** struct fuse_conn_info. */
  static final int CONNECTION_MAX_WRITE = 8;

  static final int CONNECTION_MAX_READAHEAD = 16;
  static final int CONNECTION_CAPABLE = 20;
  static final int CONNECTION_WANT = 24;
  static final int CONNECTION_MAX_BACKGROUND = 28;
  static final int CONNECTION_CONGESTION = 32;

  /** struct fuse_buf. */
  static final int BUFFER_MEMORY = 16;

  /** Room for a struct fuse_buf of any version. */
  static final int BUFFER_ROOM = 128;

  /** struct fuse_bufvec with its one struct fuse_buf. */
  static final int BUFFERS_COUNT = 0;

  static final int BUFFERS_SIZE = 24;
  static final int BUFFERS_MEMORY = 40;

  /** Room for a struct fuse_bufvec of any version. */
  static final int BUFFERS_ROOM = 128;

  /** struct fuse_ctx. */
  static final int CALLER_UID = 0;

  static final int CALLER_GID = 4;
  static final int CALLER_UMASK = 12;

  /** struct fuse_forget_data. */
  static final int FORGET_INODE = 0;

  static final int FORGET_COUNT = 8;
  static final int FORGET_SIZE = 16;

  private LowLayout() {}

  /** Whether these are the offsets of that version of libfuse, as fuse_version tells it. */
  static boolean isKnown(int version) {
    return version >= FIRST_KNOWN && version <= LAST_KNOWN;
  }
}
