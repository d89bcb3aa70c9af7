package kith.nativetest;

import static kith.nativetest.PosixErrors.EACCES;
import static kith.nativetest.PosixErrors.EBADF;
import static kith.nativetest.PosixErrors.EFBIG;
import static kith.nativetest.PosixErrors.EINVAL;
import static kith.nativetest.PosixErrors.EISDIR;
import static kith.nativetest.PosixErrors.ENXIO;
import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import org.junit.jupiter.api.Test;

/** Lengths of files: truncating, allocating, seeking. */
interface PosixSuiteSizes extends PosixSuiteBase {
  private static PosixWorld.Call length() {
    return fs -> fs.lstat("file").size();
  }

  @Test
  default void filesGetAnyLength() {
    beginScene();
    long[] lengths = {0, 1, 10, 4095, 4096, 4097, 65_536, 1L << 20, (1L << 32) + 1, 1L << 40};
    for (long length : lengths) {
      expect("truncate to " + length, 0, ALICE, fs -> fs.truncate("file", length));
      expect("length " + length, length, ROOT, length());
      expect("length by the other name", length, ROOT, fs -> fs.lstat("again").size());
      expect(
          "ftruncate to " + (length + 7),
          0,
          ALICE,
          fs -> fs.withFile("file", Posix.O_RDWR, 0, fd -> fs.ftruncate(fd, length + 7)));
      expect("length then", length + 7, ROOT, length());
      expect(
          "read at the end of " + length,
          7,
          ALICE,
          fs -> fs.withFile("file", 0, 0, fd -> fs.read(fd, 100, length)));
    }
    expect("truncate to -1", EINVAL, ALICE, fs -> fs.truncate("file", -1));
    expect("truncate a dir", EISDIR, ALICE, fs -> fs.truncate("dir", 0));
    expect("truncate a fifo", EINVAL, ALICE, fs -> fs.truncate("fifo", 0));
    expect("truncate by another", EACCES, CAROL, fs -> fs.truncate("file", 0));
    expect(
        "ftruncate of what is open to read",
        EINVAL,
        ALICE,
        fs -> fs.withFile("file", Posix.O_RDONLY, 0, fd -> fs.ftruncate(fd, 0)));
  }

  @Test
  default void aLengthHasItsEnd() {
    beginScene();
    checks().expectHere("the longest file", 0, fs -> fs.truncate("file", Long.MAX_VALUE - 4096));
    checks().expectHere("its length", Long.MAX_VALUE - 4096, fs -> fs.lstat("file").size());
    expect(
        "write beyond the end of numbers",
        EINVAL,
        ROOT,
        fs -> fs.withFile("file", Posix.O_RDWR, 0, fd -> fs.write(fd, 10, Long.MAX_VALUE - 1)));
  }

  @Test
  default void spaceIsAllocated() {
    beginScene();
    long[][] cases = {{0, 1}, {0, 10}, {5, 10}, {4096, 1}, {1 << 20, 1 << 16}, {3, 2_000_000}};
    for (long[] one : cases) {
      String name = "fallocate " + one[0] + " " + one[1];
      expect(name, 0, ALICE, allocate(Posix.O_RDWR, 0, one[0], one[1]));
      checks().sameResult(name + ": length", length());
      expect(name + " keeping the length", 0, ALICE, allocate(Posix.O_RDWR, 1, one[0], one[1] * 2));
      checks().sameResult(name + " keeping: length", length());
      expect(name + " punching", 0, ALICE, allocate(Posix.O_RDWR, 3, one[0], one[1]));
      checks().sameResult(name + " punching: length", length());
      expect(name + " zeroing", 0, ALICE, allocate(Posix.O_RDWR, 16, one[0], one[1] * 3));
      checks().sameResult(name + " zeroing: length", length());
    }
    expect("fallocate of nothing", EINVAL, ALICE, allocate(Posix.O_RDWR, 0, 0, 0));
    expect("fallocate of less", EINVAL, ALICE, allocate(Posix.O_RDWR, 0, 0, -1));
    expect("fallocate before the start", EINVAL, ALICE, allocate(Posix.O_RDWR, 0, -1, 5));
    expect("fallocate over all", EFBIG, ALICE, allocate(Posix.O_RDWR, 0, Long.MAX_VALUE - 1, 5));
    expect("fallocate what is open to read", EBADF, ALICE, allocate(Posix.O_RDONLY, 0, 0, 5));
    expect("punch a hole in no file's end", 0, ALICE, allocate(Posix.O_RDWR, 3, 1L << 40, 5));
    expect("punch without keeping", PosixErrors.EOPNOTSUPP, ALICE, allocate(Posix.O_RDWR, 2, 0, 5));
  }

  private static PosixWorld.Call allocate(int flags, int mode, long offset, long length) {
    return fs -> fs.withFile("file", flags, 0, fd -> fs.fallocate(fd, mode, offset, length));
  }

  @Test
  default void dataAndHolesAreSought() {
    long block = 1 << 16;
    checks()
        .begin(
            fs ->
                fs.withFile(
                    "s",
                    Posix.O_CREAT | Posix.O_RDWR,
                    0644,
                    fd ->
                        fs.write(fd, (int) block, 2 * block)
                            + fs.write(fd, (int) block, 5 * block)
                            + fs.ftruncate(fd, 9 * block)));
    for (int i = 0; i < 10; i++) {
      for (long offset : new long[] {i * block, i * block + 1, i * block + 4096}) {
        for (int whence : new int[] {0, 2, 3, 4}) {
          checks()
              .sameResult(
                  "seek " + whence + " to " + offset,
                  fs -> fs.withFile("s", 0, 0, fd -> fs.lseek(fd, offset, whence)));
        }
      }
    }
    for (int whence : new int[] {3, 4}) {
      expect(
          "seek behind the end",
          ENXIO,
          ROOT,
          fs -> fs.withFile("s", 0, 0, fd -> fs.lseek(fd, 9 * block, whence)));
      expect(
          "seek before the start",
          ENXIO,
          ROOT,
          fs -> fs.withFile("s", 0, 0, fd -> fs.lseek(fd, -1, whence)));
    }
    expect("seek nowhere", EINVAL, ROOT, fs -> fs.withFile("s", 0, 0, fd -> fs.lseek(fd, 0, 99)));
  }
}
