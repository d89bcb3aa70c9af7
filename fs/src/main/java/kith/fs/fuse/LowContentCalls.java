package kith.fs.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import kith.fs.DriveException;
import kith.fs.FileSystem;
import kith.fs.FileSystem.AllocateMode;

/** The callbacks of libfuse3 about the content of regular files. */
final class LowContentCalls {
  static final int KEEP_SIZE = 1;
  static final int PUNCH_HOLE = 2;
  static final int ZERO_RANGE = 0x10;

  /** In struct fuse_write_in of linux/fuse.h. */
  static final int WRITE_FLAGS = 20;

  static final int WRITE_KILL_SUIDGID = 1 << 2;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  /** Reads up to this length are of one who reads here and there. */
  private static final int SMALL = 16 * 1024;

  private static final int AROUND = 1 << 20;

  private final FileSystem drive;
  private final LowDispatch dispatch;
  private final LowHandles handles;
  private final LowKernel kernel;
  private final LowPages pages;

  LowContentCalls(
      FileSystem drive,
      LowDispatch dispatch,
      LowHandles handles,
      LowKernel kernel,
      LowPages pages) {
    this.drive = drive;
    this.dispatch = dispatch;
    this.handles = handles;
    this.kernel = kernel;
    this.pages = pages;
  }

  void register(LowOperations table) {
    table.set(LowOperation.READ, this::read);
    table.set(LowOperation.WRITE, this::write);
    table.set(LowOperation.FSYNC, this::fsync);
    table.set(LowOperation.FALLOCATE, this::fallocate);
    table.set(LowOperation.LSEEK, this::lseek);
  }

  private void read(LowRequest request, long inode, long size, long offset, long fileInfo)
      throws IOException {
    long handle = LowFileCalls.handle(fileInfo);
    int wanted = Math.toIntExact(size);
    LowScratch scratch = LowLoopThread.current().scratch();
    if (wanted <= SMALL && pages.version(inode) != LowPages.WRITTEN) {
      if (readAround(request, scratch, inode, new FileSystem.Range(offset, wanted), handle)) {
        return;
      }
    } else {
      int length = drive.readLocal(handle, offset, scratch.dataBuffer(wanted));
      if (length != FileSystem.ELSEWHERE) {
        request.bytes(scratch.data(wanted), length);
        return;
      }
    }
    dispatch.waiting(
        request,
        (r, own) -> {
          int read = drive.read(handle, offset, own.dataBuffer(wanted));
          r.bytes(own.data(wanted), read);
        });
  }

  /** Who reads here and there gets what else was opened for that: the next page may be in it. */
  private boolean readAround(
      LowRequest request, LowScratch scratch, long inode, FileSystem.Range wanted, long handle)
      throws IOException {
    long version = pages.version(inode);
    ByteBuffer target = scratch.dataBuffer(AROUND);
    Optional<FileSystem.Range> around = drive.readAround(handle, wanted, target);
    if (around.isEmpty()) {
      return false;
    }
    long memory = scratch.data(AROUND);
    long begin = around.get().offset();
    long end = begin + around.get().length();
    long to = Math.min(end, wanted.offset() + wanted.length());
    request.bytes(memory + (wanted.offset() - begin), Math.max(0, to - wanted.offset()));
    if ((wanted.offset() | wanted.length()) % FileSystem.PAGE == 0) {
      pages.give(scratch, inode, version, begin, memory, wanted.offset() - begin);
      pages.give(scratch, inode, version, to, memory + (to - begin), end - to);
    }
    return true;
  }

  /** What the kernel sent is copied only if the write has to wait. */
  private void write(
      LowRequest request, long inode, long buffer, long size, long offset, long fileInfo)
      throws IOException {
    long handle = LowFileCalls.handle(fileInfo);
    int length = Math.toIntExact(size);
    if ((LowLoopThread.current().requestInt(WRITE_FLAGS) & WRITE_KILL_SUIDGID) != 0) {
      clearPrivileges(inode);
    }
    if (drive.tryWrite(handle, offset, NativeMemory.view(buffer, length))) {
      written(request, length);
    } else {
      ByteBuffer source = ByteBuffer.wrap(NativeMemory.bytes(buffer, length));
      dispatch.heldBack(
          request,
          (r, scratch) -> {
            drive.write(handle, offset, source);
            written(r, length);
          });
    }
  }

  private static void written(LowRequest request, int length) {
    request.answer((fuse, address) -> fuse.fuse_reply_write(address, length));
  }

  private void clearPrivileges(long inode) throws IOException {
    drive.clearPrivileges(inode);
    kernel.attributesChanged(inode);
  }

  private void fsync(LowRequest request, long inode, long dataOnly, long fileInfo)
      throws IOException {
    dispatch.changing(
        request,
        inode,
        (r, scratch) -> {
          drive.sync(inode);
          r.done();
        });
  }

  private void fallocate(
      LowRequest request, long inode, long mode, long offset, long length, long fileInfo)
      throws IOException {
    long handle = LowFileCalls.handle(fileInfo);
    AllocateMode wanted = allocateMode((int) mode);
    boolean ordinary = request.caller().uid() != 0;
    dispatch.changing(
        request,
        inode,
        (r, scratch) -> {
          drive.allocate(handle, offset, length, wanted);
          if (ordinary) {
            // here the kernel doesn't say whether the caller may keep setuid bits
            clearPrivileges(inode);
          }
          r.done();
        });
  }

  private static AllocateMode allocateMode(int mode) throws DriveException {
    return switch (mode) {
      case 0 -> AllocateMode.ALLOCATE;
      case KEEP_SIZE -> AllocateMode.ALLOCATE_KEEP_SIZE;
      case PUNCH_HOLE | KEEP_SIZE -> AllocateMode.PUNCH_HOLE;
      case ZERO_RANGE -> AllocateMode.ZERO;
      case ZERO_RANGE | KEEP_SIZE -> AllocateMode.ZERO_KEEP_SIZE;
      default -> throw new DriveException(DriveException.Reason.NOT_SUPPORTED, "mode " + mode);
    };
  }

  private void lseek(LowRequest request, long inode, long offset, long whence, long fileInfo)
      throws IOException {
    long handle = LowFileCalls.handle(fileInfo);
    FileSystem.SeekTo what =
        switch ((int) whence) {
          case SEEK_DATA -> FileSystem.SeekTo.DATA;
          case SEEK_HOLE -> FileSystem.SeekTo.HOLE;
          default -> throw new DriveException(DriveException.Reason.INVALID, "seek " + whence);
        };
    if (handles.isWritten(inode)) {
      // the kernel asks without having written its pages, which would be taken for holes
      dispatch.waiting(
          request,
          (r, scratch) -> {
            kernel.writeBack(inode);
            seek(r, handle, offset, what);
          });
    } else {
      dispatch.asking(request, inode, (r, scratch) -> seek(r, handle, offset, what));
    }
  }

  private void seek(LowRequest request, long handle, long offset, FileSystem.SeekTo what)
      throws IOException {
    long found = drive.seek(handle, offset, what);
    request.answer((fuse, address) -> fuse.fuse_reply_lseek(address, found));
  }
}
