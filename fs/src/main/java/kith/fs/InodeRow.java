package kith.fs;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A row of the INODES table.
 *
 * <pre>
 *   version u8 = 1 | kind u8 | mode u16 | uid u32 | gid u32 | nlink u32 | size u64
 *   allocated u64 | device u64 | atime, mtime, ctime (seconds i64, nanos u32 each) | target...
 * </pre>
 *
 * @param allocated bytes that are not holes
 * @param target of a symlink, else empty
 */
record InodeRow(
    FileKind kind,
    int mode,
    int uid,
    int gid,
    int nlink,
    long size,
    long allocated,
    long device,
    Timestamp atime,
    Timestamp mtime,
    Timestamp ctime,
    byte[] target) {
  private static final int VERSION = 1;
  private static final int FIXED = 2 + 2 + 3 * 4 + 3 * 8 + 3 * 12;
  private static final byte[] NO_TARGET = {};

  /** A new file without content, with one name (a directory: two). */
  static InodeRow create(FileKind kind, int mode, Caller owner, Timestamp now) {
    int nlink = kind == FileKind.DIRECTORY ? 2 : 1;
    return new InodeRow(
        kind, mode, owner.uid(), owner.gid(), nlink, 0, 0, 0, now, now, now, NO_TARGET);
  }

  Attributes attributes(long inode) {
    long blocks = (allocated + 511) / 512;
    return new Attributes(
        inode, kind, mode, uid, gid, nlink, size, blocks, device, atime, mtime, ctime);
  }

  InodeRow withNlink(int newNlink, Timestamp now) {
    return new InodeRow(
        kind, mode, uid, gid, newNlink, size, allocated, device, atime, mtime, now, target);
  }

  InodeRow withMode(int newMode, Timestamp now) {
    return new InodeRow(
        kind, newMode, uid, gid, nlink, size, allocated, device, atime, mtime, now, target);
  }

  InodeRow withOwner(int newUid, int newGid, Timestamp now) {
    return new InodeRow(
        kind, mode, newUid, newGid, nlink, size, allocated, device, atime, mtime, now, target);
  }

  InodeRow withTimes(Timestamp newAtime, Timestamp newMtime, Timestamp now) {
    return new InodeRow(
        kind, mode, uid, gid, nlink, size, allocated, device, newAtime, newMtime, now, target);
  }

  /** New content: mtime and ctime are now. */
  InodeRow withContent(long newSize, long newAllocated, Timestamp now) {
    return new InodeRow(
        kind, mode, uid, gid, nlink, newSize, newAllocated, device, atime, now, now, target);
  }

  /** ctime is now. */
  InodeRow touched(Timestamp now) {
    return withNlink(nlink, now);
  }

  InodeRow withDevice(long newDevice) {
    return new InodeRow(
        kind, mode, uid, gid, nlink, size, allocated, newDevice, atime, mtime, ctime, target);
  }

  InodeRow withTarget(byte[] newTarget) {
    return new InodeRow(
        kind,
        mode,
        uid,
        gid,
        nlink,
        newTarget.length,
        allocated,
        device,
        atime,
        mtime,
        ctime,
        newTarget);
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(FIXED + target.length);
    out.put((byte) VERSION).put((byte) kind.tag()).putShort((short) mode);
    out.putInt(uid).putInt(gid).putInt(nlink).putLong(size).putLong(allocated).putLong(device);
    for (Timestamp time : new Timestamp[] {atime, mtime, ctime}) {
      out.putLong(time.seconds()).putInt(time.nanos());
    }
    return out.put(target).array();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static InodeRow decode(byte[] row) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(row);
    try {
      if (in.get() != VERSION) {
        throw new IOException("inode row of version " + row[0] + ": written by a newer Kith?");
      }
      FileKind kind = FileKind.ofTag(in.get());
      int mode = in.getShort() & 07777;
      int uid = in.getInt();
      int gid = in.getInt();
      int nlink = in.getInt();
      long size = in.getLong();
      long allocated = in.getLong();
      long device = in.getLong();
      Timestamp atime = time(in);
      Timestamp mtime = time(in);
      Timestamp ctime = time(in);
      byte[] target = new byte[in.remaining()];
      in.get(target);
      return new InodeRow(
          kind, mode, uid, gid, nlink, size, allocated, device, atime, mtime, ctime, target);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("damaged inode row", e);
    }
  }

  private static Timestamp time(ByteBuffer in) {
    return new Timestamp(in.getLong(), in.getInt());
  }
}
