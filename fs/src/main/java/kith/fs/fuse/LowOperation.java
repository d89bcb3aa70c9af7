package kith.fs.fuse;

import java.util.Locale;

/**
 * The members of libfuse3's struct fuse_lowlevel_ops that are served, in whatever version: members
 * are only ever added at its end.
 */
enum LowOperation {
  INIT(0),
  LOOKUP(2),
  FORGET(3),
  GETATTR(4),
  SETATTR(5),
  READLINK(6),
  MKNOD(7),
  MKDIR(8),
  UNLINK(9),
  RMDIR(10),
  SYMLINK(11),
  RENAME(12),
  LINK(13),
  OPEN(14),
  READ(15),
  WRITE(16),
  RELEASE(18),
  FSYNC(19),
  OPENDIR(20),
  READDIR(21),
  RELEASEDIR(22),
  FSYNCDIR(23),
  STATFS(24),
  SETXATTR(25),
  GETXATTR(26),
  LISTXATTR(27),
  REMOVEXATTR(28),
  CREATE(30),
  FORGET_MULTI(38),
  FALLOCATE(40),
  READDIRPLUS(41),
  LSEEK(43);

  /** Bytes of the struct up to the last member that is known here. */
  static final int TABLE_SIZE = 44 * Long.BYTES;

  private final int place;

  LowOperation(int place) {
    this.place = place;
  }

  /** Bytes before it. */
  int offset() {
    return place * Long.BYTES;
  }

  /** The member's name in C. */
  String member() {
    return name().toLowerCase(Locale.ROOT);
  }
}
