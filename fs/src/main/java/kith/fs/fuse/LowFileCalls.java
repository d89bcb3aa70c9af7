package kith.fs.fuse;

import java.io.IOException;
import kith.fs.AttributeChange;
import kith.fs.Caller;
import kith.fs.DriveException;
import kith.fs.FileName;
import kith.fs.FileSystem;

/** The callbacks of libfuse3 that open, make and close regular files. */
final class LowFileCalls {
  private static final int PERMISSION_BITS = 07777;
  private static final int ACCESS_MODE = 3;
  private static final int O_EXCL = 0200;
  private static final int O_TRUNC = 01000;

  private final FileSystem drive;
  private final LowDispatch dispatch;
  private final LowEntries entries;
  private final LowHandles handles;
  private final LowPages pages;

  LowFileCalls(
      FileSystem drive,
      LowDispatch dispatch,
      LowEntries entries,
      LowHandles handles,
      LowPages pages) {
    this.drive = drive;
    this.dispatch = dispatch;
    this.entries = entries;
    this.handles = handles;
    this.pages = pages;
  }

  void register(LowOperations table) {
    table.set(LowOperation.CREATE, this::create);
    table.set(LowOperation.OPEN, this::open);
    table.set(LowOperation.RELEASE, this::release);
  }

  static long handle(long fileInfo) {
    return NativeMemory.getLong(fileInfo + LowLayout.INFO_HANDLE);
  }

  private static int flags(long fileInfo) {
    return NativeMemory.getInt(fileInfo + LowLayout.INFO_FLAGS);
  }

  private void create(LowRequest request, long directory, long address, long mode, long fileInfo)
      throws IOException {
    FileName name = LowNameCalls.name(address);
    Caller caller = request.caller();
    int bits = (int) mode & PERMISSION_BITS;
    int flags = flags(fileInfo);
    dispatch.changing(
        request,
        directory,
        (r, scratch) -> {
          FileSystem.Opened opened;
          try {
            opened = drive.create(caller, directory, name, bits);
            handles.add(opened, true);
          } catch (DriveException e) {
            if (e.reason() != DriveException.Reason.EXISTS || (flags & O_EXCL) != 0) {
              throw e;
            }
            openExisting(r, caller, directory, name, (flags & O_TRUNC) != 0);
            return;
          }
          answerCreated(r, scratch, directory, opened);
        });
  }

  /** The kernel didn't know that there is such a file. */
  private void openExisting(
      LowRequest request, Caller caller, long directory, FileName name, boolean cut) {
    dispatch.heldBack(
        request,
        (r, scratch) -> {
          long inode = drive.lookup(directory, name).inode();
          var opened = new FileSystem.Opened[1];
          pages.change(
              inode,
              () -> {
                if (cut) {
                  drive.change(caller, inode, AttributeChange.size(0));
                }
                opened[0] = drive.open(inode, true);
                handles.add(opened[0], true);
              });
          answerCreated(r, scratch, directory, opened[0]);
        });
  }

  private void answerCreated(
      LowRequest request, LowScratch scratch, long directory, FileSystem.Opened opened)
      throws IOException {
    long inode = opened.attributes().inode();
    drive.reference(inode);
    entries.write(scratch, directory, opened.attributes());
    long info = fileInfo(scratch, opened);
    if (!request.answer((fuse, r) -> fuse.fuse_reply_create(r, scratch.entry(), info))) {
      handles.release(opened.handle());
      entries.forget(inode, 1);
    }
  }

  private void open(LowRequest request, long inode, long fileInfo) throws IOException {
    if ((flags(fileInfo) & ACCESS_MODE) == 0) {
      dispatch.asking(request, inode, (r, scratch) -> opened(r, scratch, openFor(inode, false)));
    } else {
      dispatch.changingContent(
          request, inode, pages, (r, scratch) -> opened(r, scratch, openFor(inode, true)));
    }
  }

  private FileSystem.Opened openFor(long inode, boolean forWriting) throws IOException {
    FileSystem.Opened opened = drive.open(inode, forWriting);
    handles.add(opened, forWriting);
    return opened;
  }

  private void opened(LowRequest request, LowScratch scratch, FileSystem.Opened opened)
      throws IOException {
    scratch.clear();
    long info = fileInfo(scratch, opened);
    if (!request.answer((fuse, address) -> fuse.fuse_reply_open(address, info))) {
      handles.release(opened.handle());
    }
  }

  /** A struct fuse_file_info in cleared scratch memory. */
  private static long fileInfo(LowScratch scratch, FileSystem.Opened opened) {
    long info = scratch.fileInfo();
    NativeMemory.putLong(info + LowLayout.INFO_HANDLE, opened.handle());
    // files change through the kernel only: the pages that it has are right
    NativeMemory.putInt(info + LowLayout.INFO_BITS, LowLayout.INFO_KEEP_CACHE);
    return info;
  }

  private void release(LowRequest request, long inode, long fileInfo) throws IOException {
    handles.release(handle(fileInfo));
    request.done();
  }
}
