package kith.fs.fuse;

import java.io.IOException;
import kith.fs.AttributeChange;
import kith.fs.Caller;
import kith.fs.DriveException;
import kith.fs.FileSystem;

/** The callbacks about the content of regular files. */
final class FileCalls {
  private static final int PERMISSION_BITS = 07777;

  private final FileSystem drive;
  private final Paths paths;
  private final OpenFiles files;

  FileCalls(FileSystem drive, Paths paths, OpenFiles files) {
    this.drive = drive;
    this.paths = paths;
    this.files = files;
  }

  void register(OperationTable table) {
    var at = table.layout();
    table.set(at.create, this::create);
    table.set(at.open, this::open);
    table.set(at.read, this::read);
    table.set(at.write, this::write);
    table.set(at.fsync, this::fsync);
    table.set(at.release, this::release);
  }

  private int create(long path, long mode, long fileInfo) throws IOException {
    Paths.Place place = paths.place(path);
    Caller caller = LoopThread.current().request().caller();
    try {
      return opened(
          drive.create(caller, place.directory(), place.name(), (int) mode & PERMISSION_BITS),
          fileInfo);
    } catch (DriveException e) {
      if (e.reason() != DriveException.Reason.EXISTS || FileInfo.exclusive(fileInfo)) {
        throw e;
      }
      return openExisting(caller, place, fileInfo);
    }
  }

  /** Somebody made the file between the kernel's look-up and its create. */
  private int openExisting(Caller caller, Paths.Place place, long fileInfo) throws IOException {
    long inode = paths.attributes(place).inode();
    if (FileInfo.truncating(fileInfo)) {
      drive.change(caller, inode, AttributeChange.size(0));
    }
    return opened(drive.open(inode, FileInfo.forWriting(fileInfo)), fileInfo);
  }

  private int open(long path, long fileInfo) throws IOException {
    return opened(drive.open(paths.inode(path), FileInfo.forWriting(fileInfo)), fileInfo);
  }

  private int opened(FileSystem.Opened opened, long fileInfo) {
    files.add(opened);
    FileInfo.setHandle(fileInfo, opened.handle());
    return 0;
  }

  private int read(long path, long buffer, long size, long offset, long fileInfo)
      throws IOException {
    return drive.read(
        FileInfo.handle(fileInfo), offset, NativeMemory.view(buffer, Math.toIntExact(size)));
  }

  private int write(long path, long buffer, long size, long offset, long fileInfo)
      throws IOException {
    int length = Math.toIntExact(size);
    drive.write(FileInfo.handle(fileInfo), offset, NativeMemory.view(buffer, length));
    return length;
  }

  private int fsync(long path, long dataOnly, long fileInfo) throws IOException {
    drive.sync(files.inode(FileInfo.handle(fileInfo)));
    return 0;
  }

  private int release(long path, long fileInfo) throws IOException {
    files.release(FileInfo.handle(fileInfo));
    return 0;
  }
}
