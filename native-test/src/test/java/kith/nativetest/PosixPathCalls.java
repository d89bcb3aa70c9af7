package kith.nativetest;

import static kith.nativetest.PosixCalls.Time;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.fs.FileKind;

/** Every call that takes a path, by the name that it has in checks. */
final class PosixPathCalls {
  /** A call on one path. */
  @FunctionalInterface
  interface Call {
    long on(PosixCalls fs, String path);
  }

  private static final int NULL_DEVICE = 0x103;

  private PosixPathCalls() {}

  /** Whether a call changes nothing. */
  static boolean isReading(String name) {
    return name.matches(
        "l?stat|access.*|readlink|chdir|open (for.*|a dir.*|no.*)|l?getx.*|listx.*");
  }

  /** Those that need something to be there. */
  static Map<String, Call> onExisting() {
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("stat", (fs, path) -> fs.statResult(path, true));
    calls.put("lstat", (fs, path) -> fs.statResult(path, false));
    calls.put("access read", (fs, path) -> fs.access(path, 4));
    calls.put("access write", (fs, path) -> fs.access(path, 2));
    calls.put("access execute", (fs, path) -> fs.access(path, 1));
    calls.put("readlink", PosixCalls::readlink);
    calls.put("open for reading", (fs, path) -> fs.open(path, Posix.O_NONBLOCK, 0));
    calls.put(
        "open for writing", (fs, path) -> fs.open(path, Posix.O_WRONLY | Posix.O_NONBLOCK, 0));
    calls.put("open a directory", (fs, path) -> fs.open(path, Posix.O_DIRECTORY, 0));
    calls.put("open no link", (fs, path) -> fs.open(path, Posix.O_NOFOLLOW | Posix.O_NONBLOCK, 0));
    calls.put(
        "chdir", (fs, path) -> fs.withFile(path, Posix.O_PATH | Posix.O_DIRECTORY, 0, fd -> 0));
    addChanging(calls);
    addXattrs(calls);
    return calls;
  }

  private static void addChanging(Map<String, Call> calls) {
    Time past = new Time(1_500_000_000, 1);
    int truncating = Posix.O_RDWR | Posix.O_TRUNC | Posix.O_NONBLOCK;
    calls.put("open and truncate", (fs, path) -> fs.open(path, truncating, 0));
    calls.put("chmod 0640", (fs, path) -> fs.chmod(path, 0640));
    calls.put("chmod 06755", (fs, path) -> fs.chmod(path, 06755));
    calls.put("chown", (fs, path) -> fs.chown(path, 60_009, 60_009));
    calls.put("chown to nobody new", (fs, path) -> fs.chown(path, -1, -1));
    calls.put("chgrp to the team", (fs, path) -> fs.chown(path, -1, PosixUser.TEAM));
    calls.put("lchown", (fs, path) -> fs.lchown(path, 60_009, 60_009));
    calls.put("truncate to 0", (fs, path) -> fs.truncate(path, 0));
    calls.put("truncate to 10", (fs, path) -> fs.truncate(path, 10));
    calls.put("truncate to 5000", (fs, path) -> fs.truncate(path, 5000));
    calls.put("truncate to -1", (fs, path) -> fs.truncate(path, -1));
    calls.put("utimens to now", PosixCalls::utimens);
    calls.put("utimens set", (fs, path) -> fs.utimens(path, past, past, true));
    calls.put("utimens atime", (fs, path) -> fs.utimens(path, past, Time.OMIT, true));
    calls.put("utimens mtime now", (fs, path) -> fs.utimens(path, Time.OMIT, Time.NOW, true));
    calls.put("utimens nothing", (fs, path) -> fs.utimens(path, Time.OMIT, Time.OMIT, true));
    calls.put("lutimens", (fs, path) -> fs.utimens(path, past, past, false));
    calls.put("link from", (fs, path) -> fs.link(path, "new"));
    calls.put("rename from", (fs, path) -> fs.rename(path, "new"));
    calls.put("unlink", PosixCalls::unlink);
    calls.put("rmdir", PosixCalls::rmdir);
  }

  private static void addXattrs(Map<String, Call> calls) {
    calls.put("setxattr user", (fs, path) -> fs.setxattr(path, "user.a", 5, 0));
    calls.put("setxattr trusted", (fs, path) -> fs.setxattr(path, "trusted.a", 5, 0));
    calls.put("setxattr other", (fs, path) -> fs.setxattr(path, "other.a", 5, 0));
    calls.put("setxattr replacing", (fs, path) -> fs.setxattr(path, "user.none", 5, 2));
    calls.put("lsetxattr user", (fs, path) -> fs.lsetxattr(path, "user.a", 5));
    calls.put("lsetxattr trusted", (fs, path) -> fs.lsetxattr(path, "trusted.a", 5));
    calls.put("getxattr", (fs, path) -> fs.getxattr(path, "user.none", 9));
    calls.put("getxattr trusted", (fs, path) -> fs.getxattr(path, "trusted.none", 9));
    calls.put("listxattr", (fs, path) -> fs.listxattr(path, 999));
    calls.put("removexattr", (fs, path) -> fs.removexattr(path, "user.none"));
  }

  /** Those that make something, which must not be there. */
  static Map<String, Call> making() {
    Map<String, Call> calls = new LinkedHashMap<>();
    int exclusive = Posix.O_CREAT | Posix.O_EXCL | Posix.O_RDWR;
    calls.put("mkdir", (fs, path) -> fs.mkdir(path, 0755));
    calls.put("mkfifo", (fs, path) -> fs.mknod(path, FileKind.FIFO, 0644, 0));
    calls.put("mknod file", (fs, path) -> fs.mknod(path, FileKind.REGULAR, 0644, 0));
    calls.put("mknod socket", (fs, path) -> fs.mknod(path, FileKind.SOCKET, 0644, 0));
    calls.put(
        "mknod char", (fs, path) -> fs.mknod(path, FileKind.CHARACTER_DEVICE, 0644, NULL_DEVICE));
    calls.put(
        "mknod block", (fs, path) -> fs.mknod(path, FileKind.BLOCK_DEVICE, 0644, NULL_DEVICE));
    calls.put("symlink", (fs, path) -> fs.symlink("anything", path));
    calls.put("create", (fs, path) -> fs.open(path, exclusive, 0644));
    calls.put("link to", (fs, path) -> fs.link("file", path));
    return calls;
  }

  /** Those that take what is there, or make it. */
  static Map<String, Call> either() {
    Map<String, Call> calls = new LinkedHashMap<>();
    int create = Posix.O_CREAT | Posix.O_RDWR | Posix.O_NONBLOCK;
    calls.put("open or create", (fs, path) -> fs.open(path, create, 0644));
    calls.put("rename to", (fs, path) -> fs.rename("file", path));
    calls.put("rename dir to", (fs, path) -> fs.rename("dir", path));
    return calls;
  }

  /** All but those that look at their other arguments before the path. */
  static Map<String, Call> pathFirst() {
    Map<String, Call> calls = all();
    calls.keySet().removeAll(List.of("truncate to -1", "utimens nothing"));
    return calls;
  }

  static Map<String, Call> all() {
    Map<String, Call> calls = onExisting();
    calls.putAll(making());
    calls.putAll(either());
    return calls;
  }
}
