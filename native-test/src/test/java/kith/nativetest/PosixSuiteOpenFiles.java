package kith.nativetest;

import static kith.nativetest.PosixErrors.EBADF;
import static kith.nativetest.PosixErrors.EISDIR;
import static kith.nativetest.PosixErrors.ELOOP;
import static kith.nativetest.PosixErrors.ENOENT;
import static kith.nativetest.PosixErrors.ENOTDIR;
import static kith.nativetest.PosixErrors.ENXIO;
import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.ROOT;

import java.util.List;
import java.util.function.IntToLongFunction;
import kith.nativetest.PosixCalls.Time;
import org.junit.jupiter.api.Test;

/** What open descriptors can do, also when the file has lost its name. */
interface PosixSuiteOpenFiles extends PosixSuiteBase {
  @Test
  default void openingSaysWhatIsWrong() {
    beginScene();
    int create = Posix.O_CREAT | Posix.O_RDWR;
    expect("write a dir", EISDIR, ROOT, fs -> fs.open("dir", Posix.O_WRONLY, 0));
    expect("write and read a dir", EISDIR, ROOT, fs -> fs.open("dir", Posix.O_RDWR, 0));
    expect("truncate a dir", EISDIR, ROOT, fs -> fs.open("dir", Posix.O_TRUNC, 0));
    expect("create a dir", EISDIR, ROOT, fs -> fs.open("dir", create, 0));
    expect("list a file", ENOTDIR, ROOT, fs -> fs.open("file", Posix.O_DIRECTORY, 0));
    expect("no link", ELOOP, ROOT, fs -> fs.open("tofile", Posix.O_NOFOLLOW, 0));
    expect("loop", ELOOP, ROOT, fs -> fs.open("loop", Posix.O_RDONLY, 0));
    expect("create through a loop", ELOOP, ROOT, fs -> fs.open("loop", create, 0644));
    expect("socket", ENXIO, ROOT, fs -> fs.open("socket", Posix.O_RDONLY, 0));
    expect(
        "fifo that nobody reads",
        ENXIO,
        ALICE,
        fs -> fs.open("fifo", Posix.O_WRONLY | Posix.O_NONBLOCK, 0));
    expect("create through a link", 0, ALICE, fs -> fs.open("dangling", create, 0600));
    expect("created through a link", 0600, ROOT, fs -> fs.lstat("nowhere").mode());
    expect(
        "file without mode",
        0,
        ALICE,
        fs -> fs.withFile("closedfile", create, 0, fd -> fs.write(fd, 5, 0) - 5));
    expect("mode of it", 0, ROOT, fs -> fs.lstat("closedfile").mode());
    expect(
        "read what is open to write",
        EBADF,
        ROOT,
        fs -> fs.withFile("file", Posix.O_WRONLY, 0, fd -> fs.read(fd, 1, 0)));
    expect(
        "write what is open to read",
        EBADF,
        ROOT,
        fs -> fs.withFile("file", 0, 0, fd -> fs.write(fd, 1, 0)));
    expect("read a dir", EISDIR, ROOT, fs -> fs.withFile("dir", 0, 0, fd -> fs.read(fd, 1, 0)));
  }

  @Test
  default void whatIsAppendedGoesToTheEnd() {
    beginScene();
    int append = Posix.O_WRONLY | Posix.O_APPEND;
    for (String name : List.of("file", "again", "tofile", "file", "again")) {
      expect(
          "append to " + name,
          3,
          ALICE,
          fs -> fs.withFile(name, append, 0, fd -> fs.write(fd, 3, 0)));
    }
    expect("length", 25, ROOT, fs -> fs.lstat("file").size());
    expect("length of the other name", 25, ROOT, fs -> fs.lstat("again").size());
  }

  /** Opens a file, takes its name away, and does something with the descriptor. */
  private void nameless(String name, long expected, Nameless use) {
    checks().begin(fs -> fs.file("f", 10));
    expect(
        "nameless: " + name,
        expected,
        ROOT,
        fs ->
            fs.withFile(
                "f",
                Posix.O_RDWR,
                0,
                fd -> {
                  long gone = fs.unlink("f");
                  return gone < 0 ? gone : use.with(fs).applyAsLong(fd);
                }));
  }

  /** Something to do with a descriptor. */
  @FunctionalInterface
  interface Nameless {
    IntToLongFunction with(PosixCalls fs);
  }

  private static long linksOf(PosixStat stat) {
    return stat == null ? ENOENT : stat.nlink();
  }

  @Test
  default void aFileWithoutNameIsUsedOn() {
    nameless("read", 10, fs -> fd -> fs.read(fd, 99, 0));
    nameless("write", 5, fs -> fd -> fs.write(fd, 5, 10));
    nameless("write and read", 15, fs -> fd -> fs.write(fd, 5, 10) - 5 + fs.read(fd, 99, 0));
    nameless("fsync", 0, fs -> fs::fsync);
    nameless("ftruncate", 3, fs -> fd -> fs.ftruncate(fd, 3) + fs.read(fd, 99, 0));
    nameless("fstat: links", 0, fs -> fd -> linksOf(fs.fstat(fd)));
    nameless("fstat: size", 10, fs -> fd -> fs.fstat(fd) == null ? ENOENT : fs.fstat(fd).size());
    nameless("fchmod", 0, fs -> fd -> fs.fchmod(fd, 0600));
    nameless(
        "fchmod: mode",
        0600,
        fs -> fd -> fs.fchmod(fd, 0600) + (fs.fstat(fd) == null ? ENOENT : fs.fstat(fd).mode()));
    nameless("fchown", 0, fs -> fd -> fs.fchown(fd, 5, 5));
    nameless("futimens", 0, fs -> fd -> fs.futimens(fd, new Time(1, 2), new Time(3, 4)));
    nameless("name again", 10, fs -> fd -> fs.file("f", 3) + fs.read(fd, 99, 0));
    nameless("listing", ENOENT, fs -> fd -> fs.statResult("f", false));
  }

  @Test
  default void aReplacedFileIsUsedOn() {
    beginScene();
    expect(
        "replaced: read",
        3,
        ROOT,
        fs ->
            fs.withFile(
                "fulldir/inside",
                0,
                0,
                fd -> fs.rename("file", "fulldir/inside") + fs.read(fd, 99, 0)));
    expect("replacing: length", 10, ROOT, fs -> fs.lstat("fulldir/inside").size());
  }

  @Test
  default void aRemovedDirectoryIsEmptyAndTakesNothing() {
    beginScene();
    checks()
        .prepare(
            fs -> {
              fs.remember(java.util.Map.of());
              return 0;
            });
    int directory = Posix.O_DIRECTORY;
    expect(
        "removed: fstat",
        0,
        ROOT,
        fs -> fs.withFile("dir", directory, 0, fd -> fs.rmdir("dir") + linksOf(fs.fstat(fd))));
    for (String name : List.of("mkdir", "create", "symlink", "rename")) {
      checks().begin(fs -> fs.mkdir("gone", 0755) + fs.file("f", 1));
      expect(
          "removed: " + name,
          ENOENT,
          ROOT,
          fs ->
              fs.withFile(
                  "gone",
                  directory,
                  0,
                  fd -> {
                    fs.rmdir("gone");
                    String in = "/proc/self/fd/" + fd + "/x";
                    return switch (name) {
                      case "mkdir" -> fs.mkdir(in, 0755);
                      case "create" -> fs.open(in, Posix.O_CREAT | Posix.O_RDWR, 0644);
                      case "symlink" -> fs.symlink("x", in);
                      default -> fs.rename("f", in);
                    };
                  }));
    }
  }
}
