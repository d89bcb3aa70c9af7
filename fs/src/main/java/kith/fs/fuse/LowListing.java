package kith.fs.fuse;

import kith.fs.Attributes;
import kith.fs.FileKind;
import kith.fs.Timestamp;

/**
 * Directory entries as the kernel takes them: struct fuse_dirent and fuse_direntplus of
 * linux/fuse.h, which are the same for all processors and versions. Written here since stubs of
 * jnr-ffi lose the sixth argument of libfuse's function for it. Used by one thread.
 */
final class LowListing {
  /** struct fuse_attr. */
  static final int ATTRIBUTES_SIZE = 88;

  /** struct fuse_entry_out: what goes before a dirent where the kernel wants to know all. */
  static final int ENTRY_SIZE = 40 + ATTRIBUTES_SIZE;

  /** struct fuse_dirent without the name. */
  static final int DIRENT_SIZE = 24;

  private static final int ALIGNMENT = 8;
  private static final int TYPE_SHIFT = 12;

  private final long start;
  private final int room;
  private int used;

  /**
   * @param start address of the memory to fill
   * @param room bytes there
   */
  LowListing(long start, int room) {
    this.start = start;
    this.room = room;
  }

  int used() {
    return used;
  }

  /**
   * Appends an entry.
   *
   * @param next where to go on after it
   * @return whether there was room
   */
  boolean add(byte[] name, long inode, FileKind kind, long next) {
    return hasRoom(name, 0) && putName(name, inode, kind, next);
  }

  /** Appends an entry to a full listing, with nothing but number and kind. */
  boolean addUnknown(byte[] name, long inode, FileKind kind, long next) {
    if (!hasRoom(name, ENTRY_SIZE)) {
      return false;
    }
    NativeMemory.clear(start + used, ENTRY_SIZE);
    used += ENTRY_SIZE;
    return putName(name, inode, kind, next);
  }

  /**
   * Appends an entry to a full listing.
   *
   * @param nameTimeout seconds
   * @param attributesTimeout seconds
   */
  boolean addKnown(
      byte[] name, Attributes attributes, long next, int nameTimeout, int attributesTimeout) {
    if (!hasRoom(name, ENTRY_SIZE)) {
      return false;
    }
    long at = start + used;
    NativeMemory.putLong(at, attributes.inode());
    NativeMemory.putLong(at + 8, 0);
    NativeMemory.putLong(at + 16, nameTimeout);
    NativeMemory.putLong(at + 24, attributesTimeout);
    NativeMemory.putLong(at + 32, 0);
    put(at + 40, attributes);
    used += ENTRY_SIZE;
    return putName(name, attributes.inode(), attributes.kind(), next);
  }

  private boolean hasRoom(byte[] name, int before) {
    return used + before + padded(DIRENT_SIZE + name.length) <= room;
  }

  private static int padded(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static void put(long at, Attributes a) {
    NativeMemory.putLong(at, a.inode());
    NativeMemory.putLong(at + 8, a.size());
    NativeMemory.putLong(at + 16, a.blocks());
    putTime(at + 24, at + 48, a.atime());
    putTime(at + 32, at + 52, a.mtime());
    putTime(at + 40, at + 56, a.ctime());
    NativeMemory.putInt(at + 60, a.stMode());
    NativeMemory.putInt(at + 64, a.nlink());
    NativeMemory.putInt(at + 68, a.uid());
    NativeMemory.putInt(at + 72, a.gid());
    NativeMemory.putInt(at + 76, (int) a.device());
    NativeMemory.putInt(at + 80, StatWriter.BLOCK_SIZE);
    NativeMemory.putInt(at + 84, 0);
  }

  private static void putTime(long seconds, long nanos, Timestamp time) {
    NativeMemory.putLong(seconds, time.seconds());
    NativeMemory.putInt(nanos, time.nanos());
  }

  private boolean putName(byte[] name, long inode, FileKind kind, long next) {
    long at = start + used;
    int length = padded(DIRENT_SIZE + name.length);
    NativeMemory.putLong(at + length - ALIGNMENT, 0);
    NativeMemory.putLong(at, inode);
    NativeMemory.putLong(at + 8, next);
    NativeMemory.putInt(at + 16, name.length);
    NativeMemory.putInt(at + 20, kind.modeBits() >> TYPE_SHIFT);
    NativeMemory.putBytes(at + DIRENT_SIZE, name, name.length);
    used += length;
    return true;
  }
}
