package kith.nativetest;

import kith.fs.FileKind;
import kith.fs.Timestamp;

/** What lstat(2) tells, as far as it can be compared between filesystems. */
record PosixStat(
    FileKind kind,
    int mode,
    int uid,
    int gid,
    long nlink,
    long size,
    long device,
    Timestamp atime,
    Timestamp mtime,
    Timestamp ctime) {

  /** All but the times; sizes only of what POSIX gives one. */
  String brief() {
    boolean sized = kind == FileKind.REGULAR || kind == FileKind.SYMLINK;
    return kind
        + " "
        + Integer.toOctalString(mode)
        + " "
        + uid
        + ":"
        + gid
        + " "
        + nlink
        + (sized ? " " + size : "")
        + (device == 0 ? "" : " " + device);
  }
}
