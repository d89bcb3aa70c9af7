package kith.fs.fuse;

import jnr.ffi.Runtime;
import jnr.ffi.TypeAlias;
import kith.fs.Attributes;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Timestamp;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;

/** Fills struct stat and struct statvfs, whose layouts differ between processors. */
final class StatWriter {
  /**
   * Told to programs as the unit that suits them: stdio's buffers take this size, and each write is
   * a request to this process.
   */
  static final int BLOCK_SIZE = 64 << 10;

  /** Unit in which statfs counts. */
  private static final int SPACE_UNIT = 4096;

  private final FileStat stat = new FileStat(Runtime.getSystemRuntime());
  private final Statvfs statvfs = new Statvfs(Runtime.getSystemRuntime());
  private final boolean wideLinkCount =
      Runtime.getSystemRuntime().findType(TypeAlias.nlink_t).size() == Long.BYTES;

  /** Writes a struct stat whose memory is zeroed. */
  void write(long address, Attributes a) {
    NativeMemory.putLong(address + stat.st_ino.offset(), a.inode());
    if (wideLinkCount) {
      NativeMemory.putLong(address + stat.st_nlink.offset(), a.nlink());
    } else {
      NativeMemory.putInt(address + stat.st_nlink.offset(), a.nlink());
    }
    NativeMemory.putInt(address + stat.st_mode.offset(), a.stMode());
    NativeMemory.putInt(address + stat.st_uid.offset(), a.uid());
    NativeMemory.putInt(address + stat.st_gid.offset(), a.gid());
    NativeMemory.putLong(address + stat.st_rdev.offset(), a.device());
    NativeMemory.putLong(address + stat.st_size.offset(), a.size());
    NativeMemory.putInt(address + stat.st_blksize.offset(), BLOCK_SIZE);
    NativeMemory.putLong(address + stat.st_blocks.offset(), a.blocks());
    write(address + stat.st_atim.tv_sec.offset(), a.atime());
    write(address + stat.st_mtim.tv_sec.offset(), a.mtime());
    write(address + stat.st_ctim.tv_sec.offset(), a.ctime());
  }

  /** Writes only what a directory entry needs: number and kind. */
  void writeEntry(long address, long inode, int modeBits) {
    NativeMemory.putLong(address + stat.st_ino.offset(), inode);
    NativeMemory.putInt(address + stat.st_mode.offset(), modeBits);
  }

  /** Writes a struct statvfs whose memory is zeroed. */
  void write(long address, FileSystem.Space space) {
    NativeMemory.putLong(address + statvfs.f_bsize.offset(), SPACE_UNIT);
    NativeMemory.putLong(address + statvfs.f_frsize.offset(), SPACE_UNIT);
    NativeMemory.putLong(address + statvfs.f_blocks.offset(), space.totalBytes() / SPACE_UNIT);
    NativeMemory.putLong(address + statvfs.f_bfree.offset(), space.freeBytes() / SPACE_UNIT);
    NativeMemory.putLong(address + statvfs.f_bavail.offset(), space.freeBytes() / SPACE_UNIT);
    NativeMemory.putLong(address + statvfs.f_files.offset(), space.files() + space.freeFiles());
    NativeMemory.putLong(address + statvfs.f_ffree.offset(), space.freeFiles());
    NativeMemory.putLong(address + statvfs.f_favail.offset(), space.freeFiles());
    NativeMemory.putLong(address + statvfs.f_namemax.offset(), FileName.MAX_LENGTH);
  }

  private static void write(long address, Timestamp time) {
    NativeMemory.putLong(address, time.seconds());
    NativeMemory.putLong(address + Long.BYTES, time.nanos());
  }
}
