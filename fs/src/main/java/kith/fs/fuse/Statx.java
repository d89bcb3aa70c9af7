package kith.fs.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kith.fs.Attributes;
import kith.fs.FileKind;
import kith.fs.SourceStat;
import kith.fs.Timestamp;

/** Decodes a struct statx (linux/stat.h), which is the same for all processors. */
final class Statx {
  /** Its size in bytes. */
  static final int SIZE = 256;

  /** All that is decoded, for the kernel. */
  static final int BASIC_STATS = 0x7ff;

  static final int NO_FOLLOW = 0x100;
  static final int EMPTY_PATH = 0x1000;

  private Statx() {}

  static SourceStat decode(ByteBuffer bytes) {
    ByteBuffer statx = bytes.order(ByteOrder.nativeOrder());
    int mode = statx.getShort(28) & 0xffff;
    long device = device(statx.getInt(128), statx.getInt(132));
    long major = statx.getInt(136);
    long minor = statx.getInt(140) & 0xffffffffL;
    var attributes =
        new Attributes(
            statx.getLong(32),
            FileKind.ofMode(mode),
            mode & 07777,
            statx.getInt(20),
            statx.getInt(24),
            statx.getInt(16),
            statx.getLong(40),
            statx.getLong(48),
            device,
            time(statx, 64),
            time(statx, 112),
            time(statx, 96));
    return new SourceStat(attributes, major << 32 | minor);
  }

  /** As the kernel passes it through FUSE. */
  private static long device(int major, int minor) {
    return (minor & 0xff) | (long) major << 8 | (minor & ~0xffL) << 12;
  }

  private static Timestamp time(ByteBuffer statx, int at) {
    return new Timestamp(statx.getLong(at), statx.getInt(at + 8));
  }
}
