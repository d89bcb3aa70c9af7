package kith.fs.fuse;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import jnr.ffi.Runtime;
import kith.fs.AttributeChange;
import kith.fs.Attributes;
import kith.fs.Caller;
import kith.fs.FileSystem;
import kith.fs.Timestamp;
import ru.serce.jnrfuse.struct.FileStat;

/** The callbacks of libfuse3 about attributes, what the kernel knows, and the whole drive. */
final class LowAttributeCalls {
  private static final int PERMISSION_BITS = 07777;

  /** The bits FUSE_SET_ATTR_... of fuse_lowlevel.h. */
  static final int SET_MODE = 1;

  static final int SET_UID = 1 << 1;
  static final int SET_GID = 1 << 2;
  static final int SET_SIZE = 1 << 3;
  static final int SET_ATIME = 1 << 4;
  static final int SET_MTIME = 1 << 5;
  static final int SET_ATIME_NOW = 1 << 7;
  static final int SET_MTIME_NOW = 1 << 8;
  static final int SET_CTIME = 1 << 10;
  private static final int FLUSHED_TIMES = SET_MTIME | SET_CTIME;

  /** In struct fuse_setattr_in of linux/fuse.h. */
  static final int VALID = 0;

  static final int KILL_SUIDGID = 1 << 11;

  private final FileSystem drive;
  private final LowDispatch dispatch;
  private final LowEntries entries;
  private final LowPages pages;
  private final InstantSource clock;
  private final FileStat stat = new FileStat(Runtime.getSystemRuntime());

  LowAttributeCalls(
      FileSystem drive,
      LowDispatch dispatch,
      LowEntries entries,
      LowPages pages,
      InstantSource clock) {
    this.pages = pages;
    this.drive = drive;
    this.dispatch = dispatch;
    this.entries = entries;
    this.clock = clock;
  }

  void register(LowOperations table) {
    table.set(LowOperation.GETATTR, this::getattr);
    table.set(LowOperation.SETATTR, this::setattr);
    table.set(LowOperation.FORGET, this::forget);
    table.set(LowOperation.FORGET_MULTI, this::forgetMany);
    table.set(LowOperation.STATFS, this::statfs);
  }

  private void getattr(LowRequest request, long inode, long fileInfo) throws IOException {
    dispatch.asking(
        request,
        inode,
        (r, scratch) -> entries.answerAttributes(r, scratch, drive.attributes(inode)));
  }

  private void setattr(LowRequest request, long inode, long values, long toSet, long fileInfo)
      throws IOException {
    AttributeChange change = change((int) toSet, values);
    Caller caller = request.caller();
    boolean kill = (LowLoopThread.current().requestInt(VALID) & KILL_SUIDGID) != 0;
    LowWork work =
        (r, scratch) -> {
          Attributes changed =
              (int) toSet == FLUSHED_TIMES
                  ? timesFlushed(caller, inode, change)
                  : drive.change(caller, inode, change);
          if (kill) {
            drive.clearPrivileges(inode);
            changed = drive.attributes(inode);
          }
          entries.answerAttributes(r, scratch, changed);
        };
    if (change.size().isPresent()) {
      dispatch.changingContent(request, inode, pages, work);
    } else {
      dispatch.changing(request, inode, work);
    }
  }

  /** The kernel also writes the times of files that it is about to forget. */
  private Attributes timesFlushed(Caller caller, long inode, AttributeChange change)
      throws IOException {
    Attributes before = drive.attributes(inode);
    return before.nlink() == 0 ? before : drive.change(caller, inode, change);
  }

  private AttributeChange change(int toSet, long values) {
    return new AttributeChange(
        number(
            toSet, SET_MODE, NativeMemory.getInt(values + stat.st_mode.offset()) & PERMISSION_BITS),
        number(toSet, SET_UID, NativeMemory.getInt(values + stat.st_uid.offset())),
        number(toSet, SET_GID, NativeMemory.getInt(values + stat.st_gid.offset())),
        (toSet & SET_SIZE) != 0
            ? OptionalLong.of(NativeMemory.getLong(values + stat.st_size.offset()))
            : OptionalLong.empty(),
        time(toSet, SET_ATIME, SET_ATIME_NOW, values + stat.st_atim.tv_sec.offset()),
        time(toSet, SET_MTIME, SET_MTIME_NOW, values + stat.st_mtim.tv_sec.offset()),
        time(toSet, SET_CTIME, 0, values + stat.st_ctim.tv_sec.offset()));
  }

  private static OptionalInt number(int toSet, int bit, int value) {
    return (toSet & bit) != 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }

  private Optional<Timestamp> time(int toSet, int bit, int nowBit, long timespec) {
    if ((toSet & nowBit) != 0) {
      return Optional.of(Timestamp.of(clock.instant()));
    }
    if ((toSet & bit) == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Timestamp(
            NativeMemory.getLong(timespec), (int) NativeMemory.getLong(timespec + Long.BYTES)));
  }

  private void forget(LowRequest request, long inode, long count) {
    entries.forget(inode, count);
    request.silence();
  }

  private void forgetMany(LowRequest request, long count, long forgets) {
    for (long i = 0; i < count; i++) {
      long forget = forgets + i * LowLayout.FORGET_SIZE;
      entries.forget(
          NativeMemory.getLong(forget + LowLayout.FORGET_INODE),
          NativeMemory.getLong(forget + LowLayout.FORGET_COUNT));
    }
    request.silence();
  }

  private void statfs(LowRequest request, long inode) throws IOException {
    dispatch.now(request, (r, scratch) -> entries.answerSpace(r, scratch, drive.space()));
  }
}
