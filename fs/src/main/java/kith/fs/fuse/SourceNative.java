package kith.fs.fuse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.constants.platform.OpenFlags;
import jnr.ffi.Runtime;
import kith.fs.SourceException;
import kith.fs.SourceStat;
import kith.fs.Xattr;

/**
 * The system calls of {@link SourceCalls} with the memory that they need, and their failures as
 * exceptions. For one thread; its memory is given back by {@link #close}.
 */
final class SourceNative implements AutoCloseable {
  /** The directory that relative paths begin at; absolute ones don't care. */
  static final int NOWHERE = -100;

  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;

  private static final int NO_ATIME = 01000000;
  private static final int PATH_ONLY = 010000000;
  private static final int TRANSFER = 1 << 20;
  private static final int PATH_ROOM = 8192;
  private static final int ENTRIES_ROOM = 64 << 10;
  private static final int XATTR_ROOM = 64 << 10;
  private static final int NAME_AT = 19;
  private static final int ENOENT = 2;
  private static final int ENXIO = 6;
  private static final int ESTALE = 116;

  private final SourceCalls calls = SourceCalls.load();
  private final Runtime runtime = Runtime.getSystemRuntime();
  private final long transfer = NativeMemory.allocate(TRANSFER);
  private final long path = NativeMemory.allocate(PATH_ROOM);
  private final long stat = NativeMemory.allocate(Statx.SIZE);
  private final long list = NativeMemory.allocate(XATTR_ROOM);

  /** How a file is opened. */
  enum Opening {
    FILE(OpenFlags.O_NOFOLLOW.intValue() | OpenFlags.O_NONBLOCK.intValue()),
    FOLDER(OpenFlags.O_NOFOLLOW.intValue() | OpenFlags.O_DIRECTORY.intValue()),
    /** Follows symlinks. */
    ANY_FOLDER(OpenFlags.O_DIRECTORY.intValue()),
    /** Follows symlinks; nothing can be read. */
    LOOK(PATH_ONLY);

    private final int flags;

    Opening(int flags) {
      this.flags = flags | OpenFlags.O_CLOEXEC.intValue();
    }
  }

  private SourceException failure() {
    int errno = runtime.getLastError();
    boolean gone = errno == ENOENT || errno == ESTALE;
    return new SourceException(gone, jnr.constants.platform.Errno.valueOf(errno).toString());
  }

  /** Returns a file descriptor. Access times stay as they are where that may be asked. */
  int open(int directory, byte[] name, Opening how) throws SourceException {
    NativeMemory.putString(path, checked(name));
    int fd = how == Opening.LOOK ? -1 : calls.openat(directory, path, how.flags | NO_ATIME);
    if (fd < 0) {
      fd = calls.openat(directory, path, how.flags);
    }
    if (fd < 0) {
      throw failure();
    }
    return fd;
  }

  private static byte[] checked(byte[] name) throws SourceException {
    if (name.length >= PATH_ROOM) {
      throw new SourceException(false, "its path is too long");
    }
    return name;
  }

  void close(int fd) {
    calls.close(fd);
  }

  SourceStat stat(int directory, byte[] name) throws SourceException {
    NativeMemory.putString(path, name);
    return decoded(calls.statx(directory, path, Statx.NO_FOLLOW, Statx.BASIC_STATS, stat));
  }

  SourceStat stat(int fd) throws SourceException {
    NativeMemory.putByte(path, (byte) 0);
    return decoded(calls.statx(fd, path, Statx.EMPTY_PATH, Statx.BASIC_STATS, stat));
  }

  private SourceStat decoded(int result) throws SourceException {
    if (result != 0) {
      throw failure();
    }
    return Statx.decode(NativeMemory.view(stat, Statx.SIZE));
  }

  /** Names of a folder, in the order of the filesystem. */
  List<byte[]> names(int fd) throws SourceException {
    List<byte[]> names = new ArrayList<>();
    while (true) {
      long length = calls.getdents64(fd, transfer, ENTRIES_ROOM);
      if (length < 0) {
        throw failure();
      }
      if (length == 0) {
        return names;
      }
      for (long at = transfer; at < transfer + length; ) {
        byte[] name = NativeMemory.string(at + NAME_AT);
        if (!isDots(name)) {
          names.add(name);
        }
        at += NativeMemory.getInt(at + 16) & 0xffff;
      }
    }
  }

  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }

  byte[] target(int directory, byte[] name) throws SourceException {
    NativeMemory.putString(path, name);
    long length = calls.readlinkat(directory, path, transfer, TRANSFER);
    if (length < 0) {
      throw failure();
    }
    return NativeMemory.bytes(transfer, (int) length);
  }

  int read(int fd, long offset, byte[] target, int at, int length) throws SourceException {
    long read = calls.pread(fd, transfer, Math.min(length, TRANSFER), offset);
    if (read < 0) {
      throw failure();
    }
    NativeMemory.getBytes(transfer, target, at, (int) read);
    return (int) read;
  }

  /** Where data or a hole begins, or -1 if there is none any more. */
  long seek(int fd, long offset, int whence) throws SourceException {
    long found = calls.lseek(fd, offset, whence);
    if (found < 0 && runtime.getLastError() != ENXIO) {
      throw failure();
    }
    return found;
  }

  List<Xattr> xattrs(int fd) throws SourceException {
    long length = calls.flistxattr(fd, list, XATTR_ROOM);
    List<Xattr> found = new ArrayList<>(0);
    for (byte[] name : xattrNames(length)) {
      NativeMemory.putString(path, name);
      add(found, name, calls.fgetxattr(fd, path, transfer, XATTR_ROOM));
    }
    return found;
  }

  List<Xattr> xattrs(int directory, byte[] name) throws SourceException {
    // there is no call that takes a directory and a name and follows no symlink
    byte[] before = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(before, before.length + name.length);
    System.arraycopy(name, 0, whole, before.length, name.length);
    NativeMemory.putString(path, whole);
    List<Xattr> found = new ArrayList<>(0);
    long nameAt = path + PATH_ROOM / 2;
    for (byte[] xattr : xattrNames(calls.llistxattr(path, list, XATTR_ROOM))) {
      NativeMemory.putString(nameAt, xattr);
      add(found, xattr, calls.lgetxattr(path, nameAt, transfer, XATTR_ROOM));
    }
    return found;
  }

  private List<byte[]> xattrNames(long length) throws SourceException {
    if (length == 0) {
      return List.of();
    }
    if (length < 0) {
      if (runtime.getLastError() == jnr.constants.platform.Errno.EOPNOTSUPP.intValue()) {
        return List.of();
      }
      throw failure();
    }
    List<byte[]> names = new ArrayList<>();
    for (long at = list; at < list + length; ) {
      byte[] name = NativeMemory.string(at);
      names.add(name);
      at += name.length + 1;
    }
    return names;
  }

  /** What has gone meanwhile, or may not be read, as others' trusted attributes, is left out. */
  private void add(List<Xattr> found, byte[] name, long length) {
    if (length >= 0) {
      found.add(new Xattr(name, NativeMemory.bytes(transfer, (int) length)));
    }
  }

  @Override
  public void close() {
    for (long memory : new long[] {transfer, path, stat, list}) {
      NativeMemory.free(memory);
    }
  }
}
