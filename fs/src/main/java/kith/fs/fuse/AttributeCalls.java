package kith.fs.fuse;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import kith.fs.AttributeChange;
import kith.fs.FileSystem;
import kith.fs.Timestamp;

/** The callbacks about attributes of files and of the whole drive. */
final class AttributeCalls {
  private static final int PERMISSION_BITS = 07777;
  private static final int TIMESPEC_SIZE = 16;
  private static final long UTIME_NOW = 0x3fffffff;
  private static final long UTIME_OMIT = 0x3ffffffe;

  private final FileSystem drive;
  private final Paths paths;
  private final OpenFiles files;
  private final InstantSource clock;
  private final StatWriter stats = new StatWriter();

  AttributeCalls(FileSystem drive, Paths paths, OpenFiles files, InstantSource clock) {
    this.drive = drive;
    this.paths = paths;
    this.files = files;
    this.clock = clock;
  }

  void register(OperationTable table) {
    var at = table.layout();
    table.set(at.getattr, this::getattr);
    table.set(at.fgetattr, this::fgetattr);
    table.set(at.chmod, this::chmod);
    table.set(at.chown, this::chown);
    table.set(at.truncate, this::truncate);
    table.set(at.ftruncate, this::ftruncate);
    table.set(at.utimens, this::utimens);
    table.set(at.statfs, this::statfs);
  }

  private int getattr(long path, long stat) throws IOException {
    stats.write(stat, paths.attributes(path));
    return 0;
  }

  private int fgetattr(long path, long stat, long fileInfo) throws IOException {
    stats.write(stat, drive.attributes(files.inode(FileInfo.handle(fileInfo))));
    return 0;
  }

  private int chmod(long path, long mode) throws IOException {
    return change(paths.inode(path), AttributeChange.mode((int) mode & PERMISSION_BITS));
  }

  private int chown(long path, long uid, long gid) throws IOException {
    return change(
        paths.inode(path), AttributeChange.owner(unlessMinusOne(uid), unlessMinusOne(gid)));
  }

  private int truncate(long path, long size) throws IOException {
    return change(paths.inode(path), AttributeChange.size(size));
  }

  private int ftruncate(long path, long size, long fileInfo) throws IOException {
    return change(files.inode(FileInfo.handle(fileInfo)), AttributeChange.size(size));
  }

  private int utimens(long path, long times) throws IOException {
    return change(
        paths.inode(path), AttributeChange.times(time(times), time(times + TIMESPEC_SIZE)));
  }

  private int statfs(long path, long statvfs) throws IOException {
    stats.write(statvfs, drive.space());
    return 0;
  }

  private int change(long inode, AttributeChange change) throws IOException {
    drive.change(LoopThread.current().request().caller(), inode, change);
    return 0;
  }

  private Optional<Timestamp> time(long timespec) {
    long nanos = NativeMemory.getLong(timespec + Long.BYTES);
    if (nanos == UTIME_OMIT) {
      return Optional.empty();
    }
    return Optional.of(
        nanos == UTIME_NOW
            ? Timestamp.of(clock.instant())
            : new Timestamp(NativeMemory.getLong(timespec), (int) nanos));
  }

  private static OptionalInt unlessMinusOne(long id) {
    return (int) id == -1 ? OptionalInt.empty() : OptionalInt.of((int) id);
  }
}
