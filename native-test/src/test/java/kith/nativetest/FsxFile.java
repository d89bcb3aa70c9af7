package kith.nativetest;

import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A file, by one or two of its names, and what it should contain: every operation is done to both.
 * For one thread.
 */
final class FsxFile {
  private static final int SHARED = 1;
  private static final int READ_AND_WRITE = 3;
  private static final int SYNC = 4;
  private static final int PAGE = 4096;
  private static final int DONT_NEED = 4;
  private static final int PUNCH = 3;

  private final Posix posix = Posix.load();
  private final Runtime runtime = Runtime.getSystemRuntime();
  private final String[] names;
  private final int[] fds;
  private final byte[] image;
  private int size;

  /**
   * @param most bytes that it may have
   */
  FsxFile(Path folder, int names, int most) {
    this.names = new String[names];
    this.fds = new int[names];
    this.image = new byte[most];
    for (int i = 0; i < names; i++) {
      this.names[i] = folder.resolve("name" + i).toString();
      if (i == 0) {
        fds[0] = open(0, Posix.O_CREAT | Posix.O_EXCL);
      } else {
        byte[] first = PosixCalls.path(this.names[0]);
        byte[] other = PosixCalls.path(this.names[i]);
        check(posix.linkat(Posix.AT_FDCWD, first, Posix.AT_FDCWD, other, 0), "link");
        fds[i] = open(i, 0);
      }
    }
  }

  private int open(int name, int flags) {
    int all = flags | Posix.O_RDWR | Posix.O_CLOEXEC;
    return (int)
        check(posix.openat(Posix.AT_FDCWD, PosixCalls.path(names[name]), all, 0644), "open");
  }

  private long check(long result, String what) {
    if (result < 0) {
      throw new AssertionError(what + ": " + PosixErrors.name(-runtime.getLastError()));
    }
    return result;
  }

  int size() {
    return size;
  }

  int most() {
    return image.length;
  }

  void write(int name, int offset, byte[] bytes) {
    long written = check(posix.pwrite(fds[name], bytes, bytes.length, offset), "pwrite");
    require(written == bytes.length, "pwrite of " + bytes.length + ": " + written);
    System.arraycopy(bytes, 0, image, offset, bytes.length);
    size = Math.max(size, offset + bytes.length);
  }

  void append(int name, byte[] bytes) {
    int fd = open(name, Posix.O_APPEND);
    check(posix.pwrite(fd, bytes, bytes.length, 0), "append");
    check(posix.close(fd), "close");
    System.arraycopy(bytes, 0, image, size, bytes.length);
    size += bytes.length;
  }

  /** Writes through a mapping of the pages around; within the file. */
  void mapAndWrite(int name, int offset, byte[] bytes, boolean sync) {
    int start = offset / PAGE * PAGE;
    long length = (long) offset + bytes.length - start;
    Pointer map = posix.mmap(null, length, READ_AND_WRITE, SHARED, fds[name], start);
    require(map != null && map.address() != -1, "mmap");
    map.put(offset - start, bytes, 0, bytes.length);
    if (sync) {
      check(posix.msync(map, length, SYNC), "msync");
    }
    check(posix.munmap(map, length), "munmap");
    System.arraycopy(bytes, 0, image, offset, bytes.length);
  }

  void mapAndCompare(int name, int offset, int length) {
    int start = offset / PAGE * PAGE;
    Pointer map = posix.mmap(null, offset + length - start, 1, SHARED, fds[name], start);
    require(map != null && map.address() != -1, "mmap");
    var found = new byte[length];
    map.get(offset - start, found, 0, length);
    check(posix.munmap(map, offset + length - start), "munmap");
    compare("mapped", offset, found, length);
  }

  void truncate(int name, int length) {
    check(posix.ftruncate(fds[name], length), "ftruncate");
    setSize(length);
  }

  private void setSize(int length) {
    Arrays.fill(image, Math.min(length, size), Math.max(length, size), (byte) 0);
    size = length;
  }

  /** FALLOC_FL_...: 0, 1 keeping the size, 3 a hole, 16 zeros, 17 zeros keeping the size. */
  void allocate(int name, int mode, int offset, int length) {
    check(posix.fallocate(fds[name], mode, offset, length), "fallocate " + mode);
    if (mode >= PUNCH) {
      Arrays.fill(image, Math.min(size, offset), Math.min(size, offset + length), (byte) 0);
    }
    if ((mode & 1) == 0 && offset + length > size) {
      setSize(offset + length);
    }
  }

  /** Within the file; the ranges don't overlap. */
  void copy(int from, int to, int offset, int target, int length) {
    long[] at = {offset};
    long[] into = {target};
    while (at[0] < offset + length) {
      long left = (long) offset + length - at[0];
      long done = check(posix.copy_file_range(fds[from], at, fds[to], into, left, 0), "copy");
      require(done > 0, "copy_file_range copies nothing");
    }
    System.arraycopy(image, offset, image, target, length);
    size = Math.max(size, target + length);
  }

  void sync(int name, boolean dataOnly) {
    check(dataOnly ? posix.fdatasync(fds[name]) : posix.fsync(fds[name]), "fsync");
  }

  void dropPages(int name) {
    check(posix.fsync(fds[name]), "fsync");
    check(posix.posix_fadvise(fds[name], 0, 0, DONT_NEED), "fadvise");
  }

  void reopen(int name) {
    check(posix.close(fds[name]), "close");
    fds[name] = open(name, 0);
  }

  void readAndCompare(int name, int offset, int length) {
    var found = new byte[length];
    int got = (int) check(posix.pread(fds[name], found, length, offset), "pread");
    compare("read", offset, found, got);
    require(got == Math.max(0, Math.min(length, size - offset)), "read of " + length + ": " + got);
  }

  void compareAll() {
    for (int name = 0; name < names.length; name++) {
      long end = check(posix.lseek(fds[name], 0, 2), "lseek");
      require(end == size, "size " + end + " instead of " + size + " by " + names[name]);
      readAndCompare(name, 0, image.length);
    }
  }

  private void compare(String how, int offset, byte[] found, int length) {
    int wrong = Arrays.mismatch(found, 0, length, image, offset, offset + length);
    require(wrong < 0, how + " bytes differ from " + (offset + wrong) + " of " + size + " on");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  void close() {
    for (int fd : fds) {
      check(posix.close(fd), "close");
    }
  }
}
