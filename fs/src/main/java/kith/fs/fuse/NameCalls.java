package kith.fs.fuse;

import java.io.IOException;
import kith.fs.Caller;
import kith.fs.FileKind;
import kith.fs.FileSystem;

/** The callbacks that make, change and remove names. */
final class NameCalls {
  private static final int PERMISSION_BITS = 07777;

  private final FileSystem drive;
  private final Paths paths;
  private final HiddenNames hidden;

  NameCalls(FileSystem drive, Paths paths, HiddenNames hidden) {
    this.drive = drive;
    this.paths = paths;
    this.hidden = hidden;
  }

  void register(OperationTable table) {
    var at = table.layout();
    table.set(at.mkdir, this::mkdir);
    table.set(at.mknod, this::mknod);
    table.set(at.symlink, this::symlink);
    table.set(at.readlink, this::readlink);
    table.set(at.link, this::link);
    table.set(at.unlink, this::unlink);
    table.set(at.rmdir, this::rmdir);
    table.set(at.rename, this::rename);
  }

  private int mkdir(long path, long mode) throws IOException {
    Paths.Place place = paths.place(path);
    drive.makeDirectory(caller(), place.directory(), place.name(), (int) mode & PERMISSION_BITS);
    return 0;
  }

  private int mknod(long path, long mode, long device) throws IOException {
    Paths.Place place = paths.place(path);
    drive.makeNode(
        caller(),
        new FileSystem.NewNode(
            place.directory(),
            place.name(),
            FileKind.ofMode((int) mode),
            (int) mode & PERMISSION_BITS,
            device));
    return 0;
  }

  private int symlink(long target, long path) throws IOException {
    Paths.Place place = paths.place(path);
    drive.makeSymlink(caller(), place.directory(), place.name(), NativeMemory.string(target));
    return 0;
  }

  private int readlink(long path, long buffer, long size) throws IOException {
    byte[] target = drive.readSymlink(paths.inode(path));
    int length = Math.toIntExact(Math.min(target.length, size - 1));
    NativeMemory.putBytes(buffer, target, length);
    NativeMemory.putByte(buffer + length, (byte) 0);
    return 0;
  }

  private int link(long existing, long path) throws IOException {
    Paths.Place place = paths.place(path);
    drive.link(paths.inode(existing), place.directory(), place.name());
    return 0;
  }

  private int unlink(long path) throws IOException {
    Paths.Place place = paths.place(path);
    if (!hidden.remove(place.name())) {
      drive.unlink(place.directory(), place.name());
    }
    return 0;
  }

  private int rmdir(long path) throws IOException {
    Paths.Place place = paths.place(path);
    drive.removeDirectory(caller(), place.directory(), place.name());
    paths.forget(place);
    return 0;
  }

  private int rename(long from, long to) throws IOException {
    Paths.Place source = paths.place(from);
    Paths.Place target = paths.place(to);
    Request request = LoopThread.current().request();
    if (HiddenNames.isHiding(request, target.name())) {
      return hide(request, source, target);
    }
    drive.rename(source.directory(), source.name(), target.directory(), target.name());
    paths.forget(source);
    paths.forget(target);
    return 0;
  }

  /**
   * libfuse gives an open file, which is about to lose its name, another one. On a rename the file
   * keeps its name here until the other takes it, in one step.
   */
  private int hide(Request request, Paths.Place source, Paths.Place invented) throws IOException {
    long inode = paths.attributes(source).inode();
    if (request.isUnlink()) {
      drive.unlink(source.directory(), source.name());
    }
    hidden.add(invented.name(), inode);
    return 0;
  }

  private static Caller caller() {
    return LoopThread.current().request().caller();
  }
}
