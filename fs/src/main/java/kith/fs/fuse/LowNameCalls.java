package kith.fs.fuse;

import java.io.IOException;
import kith.fs.Attributes;
import kith.fs.Caller;
import kith.fs.DriveException;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.FileSystem;

/** The callbacks of libfuse3 that look up, make, change and remove names. */
final class LowNameCalls {
  private static final int PERMISSION_BITS = 07777;
  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;

  private final FileSystem drive;
  private final LowDispatch dispatch;
  private final LowEntries entries;
  private final LowKernel kernel;

  LowNameCalls(FileSystem drive, LowDispatch dispatch, LowEntries entries, LowKernel kernel) {
    this.kernel = kernel;
    this.drive = drive;
    this.dispatch = dispatch;
    this.entries = entries;
  }

  void register(LowOperations table) {
    table.set(LowOperation.LOOKUP, this::lookup);
    table.set(LowOperation.MKDIR, this::mkdir);
    table.set(LowOperation.MKNOD, this::mknod);
    table.set(LowOperation.SYMLINK, this::symlink);
    table.set(LowOperation.READLINK, this::readlink);
    table.set(LowOperation.LINK, this::link);
    table.set(LowOperation.UNLINK, this::unlink);
    table.set(LowOperation.RMDIR, this::rmdir);
    table.set(LowOperation.RENAME, this::rename);
  }

  static FileName name(long address) throws DriveException {
    return FileName.of(NativeMemory.string(address));
  }

  private void lookup(LowRequest request, long directory, long address) throws IOException {
    FileName name = name(address);
    dispatch.asking(
        request,
        directory,
        (r, scratch) -> {
          Attributes found;
          try {
            found = drive.lookup(directory, name);
          } catch (DriveException e) {
            if (e.reason() != DriveException.Reason.NOT_FOUND) {
              throw e;
            }
            entries.answerNone(r, scratch, directory);
            return;
          }
          entries.answer(r, scratch, directory, found);
        });
  }

  private void mkdir(LowRequest request, long directory, long address, long mode)
      throws IOException {
    FileName name = name(address);
    Caller caller = request.caller();
    int bits = (int) mode & PERMISSION_BITS;
    LowWork make =
        (r, scratch) ->
            entries.answer(
                r, scratch, directory, drive.makeDirectory(caller, directory, name, bits));
    if (drive.changesByItself(directory)) {
      dispatch.later(
          request,
          (r, scratch) -> {
            kernel.writeBack(); // what was written before a snapshot is in it
            make.run(r, scratch);
          });
    } else {
      dispatch.changing(request, directory, make);
    }
  }

  private void mknod(LowRequest request, long directory, long address, long mode, long device)
      throws IOException {
    int bits = (int) mode & PERMISSION_BITS;
    var node =
        new FileSystem.NewNode(
            directory, name(address), FileKind.ofMode((int) mode), bits, (int) device);
    Caller caller = request.caller();
    dispatch.changing(
        request,
        directory,
        (r, scratch) -> entries.answer(r, scratch, directory, drive.makeNode(caller, node)));
  }

  private void symlink(LowRequest request, long targetAddress, long directory, long address)
      throws IOException {
    FileName name = name(address);
    byte[] target = NativeMemory.string(targetAddress);
    Caller caller = request.caller();
    dispatch.changing(
        request,
        directory,
        (r, scratch) ->
            entries.answer(
                r, scratch, directory, drive.makeSymlink(caller, directory, name, target)));
  }

  private void readlink(LowRequest request, long inode) throws IOException {
    dispatch.asking(
        request,
        inode,
        (r, scratch) -> {
          NativeMemory.putString(scratch.name(), drive.readSymlink(inode));
          r.answer((fuse, address) -> fuse.fuse_reply_readlink(address, scratch.name()));
        });
  }

  private void link(LowRequest request, long inode, long directory, long address)
      throws IOException {
    FileName name = name(address);
    dispatch.changing(
        request,
        directory,
        (r, scratch) -> entries.answer(r, scratch, directory, drive.link(inode, directory, name)));
  }

  private void unlink(LowRequest request, long directory, long address) throws IOException {
    FileName name = name(address);
    dispatch.changing(
        request,
        directory,
        (r, scratch) -> {
          drive.unlink(directory, name);
          r.done();
        });
  }

  private void rmdir(LowRequest request, long directory, long address) throws IOException {
    FileName name = name(address);
    Caller caller = request.caller();
    dispatch.changing(
        request,
        directory,
        (r, scratch) -> {
          drive.removeDirectory(caller, directory, name);
          r.done();
        });
  }

  private void rename(
      LowRequest request,
      long directory,
      long address,
      long newDirectory,
      long newAddress,
      long flags)
      throws IOException {
    var from = new FileSystem.Place(directory, name(address));
    var to = new FileSystem.Place(newDirectory, name(newAddress));
    FileSystem.RenameMode mode = renameMode((int) flags);
    dispatch.changing(
        request,
        directory,
        (r, scratch) -> {
          drive.rename(from, to, mode);
          r.done();
        });
  }

  private static FileSystem.RenameMode renameMode(int flags) throws DriveException {
    return switch (flags) {
      case 0 -> FileSystem.RenameMode.REPLACE;
      case RENAME_NOREPLACE -> FileSystem.RenameMode.NO_REPLACE;
      case RENAME_EXCHANGE -> FileSystem.RenameMode.EXCHANGE;
      default -> throw new DriveException(DriveException.Reason.INVALID, "rename " + flags);
    };
  }
}
