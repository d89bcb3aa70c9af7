package kith.nativetest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kith.fs.AttributeChange;
import kith.fs.Attributes;
import kith.fs.Caller;
import kith.fs.DriveException;
import kith.fs.DriveException.Reason;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Timestamp;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * A directory of this machine as a {@link FileSystem}, by system calls alone: what a program sees
 * of a mounted drive. Holds an O_PATH descriptor for each file that it was asked about, so that
 * files are found again whatever they are called now. The caller's identity is that of this
 * process.
 */
final class KernelFileSystem implements FileSystem, AutoCloseable {
  private static final byte[] EMPTY = {0};
  private static final byte[] DOT_DOT = {'.', '.'};
  private static final int MAX_LISTING = 32_768;
  private static final int TIMESPEC_SIZE = 16;
  private static final long UTIME_OMIT = 0x3ffffffe;

  private final Posix posix = Posix.load();
  private final Runtime runtime = Runtime.getSystemRuntime();
  private final Map<Long, Integer> descriptors = new HashMap<>();
  private final Map<Long, Long> references = new HashMap<>();
  private final Map<Long, Long> handles = new HashMap<>();
  private final FileStat layout = new FileStat(runtime);

  KernelFileSystem(String root) throws IOException {
    int fd =
        check(posix.openat(Posix.AT_FDCWD, path(root), Posix.O_PATH | Posix.O_CLOEXEC, 0), root);
    descriptors.put(ROOT, fd);
  }

  @Override
  public synchronized void close() {
    descriptors.values().forEach(posix::close);
    descriptors.clear();
  }

  @Override
  public synchronized Attributes lookup(long directory, FileName name) throws IOException {
    int fd = open(directory, name, Posix.O_PATH | Posix.O_NOFOLLOW, 0);
    Attributes found = stat(fd);
    Integer before = descriptors.put(found.inode(), fd);
    if (before != null) {
      posix.close(before);
    }
    return found;
  }

  @Override
  public synchronized Attributes attributes(long inode) throws IOException {
    Attributes found;
    try {
      found = stat(fd(inode));
    } catch (DriveException e) {
      throw e.reason() == Reason.NOT_FOUND ? new DriveException(Reason.STALE, "inode") : e;
    }
    boolean used = references.containsKey(inode) || handles.containsValue(inode);
    if (found.nlink() == 0 && !used) {
      throw new DriveException(Reason.STALE, "kept by the descriptor of this test only");
    }
    return found;
  }

  @Override
  public synchronized Attributes change(Caller caller, long inode, AttributeChange change)
      throws IOException {
    int fd = fd(inode);
    if (change.size().isPresent()) {
      check(posix.truncate(proc(fd), change.size().getAsLong()), "truncate");
    }
    if (change.uid().isPresent() || change.gid().isPresent()) {
      int uid = change.uid().orElse(-1);
      int gid = change.gid().orElse(-1);
      check(posix.fchownat(fd, EMPTY, uid, gid, Posix.AT_EMPTY_PATH), "chown");
    }
    if (change.mode().isPresent()) {
      check(posix.chmod(proc(fd), change.mode().getAsInt()), "chmod");
    }
    if (change.atime().isPresent() || change.mtime().isPresent()) {
      Pointer times = Memory.allocateDirect(runtime, 2 * TIMESPEC_SIZE);
      put(times, 0, change.atime());
      put(times, TIMESPEC_SIZE, change.mtime());
      check(posix.utimensat(fd, EMPTY, times, Posix.AT_EMPTY_PATH), "utimens");
    }
    return stat(fd);
  }

  private static void put(Pointer times, int offset, Optional<Timestamp> time) {
    times.putLong(offset, time.map(Timestamp::seconds).orElse(0L));
    times.putLong(offset + 8, time.map(t -> (long) t.nanos()).orElse(UTIME_OMIT));
  }

  @Override
  public synchronized Opened create(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    int flags = Posix.O_CREAT | Posix.O_EXCL | Posix.O_RDWR;
    posix.umask(caller.umask());
    int fd = open(directory, name, flags, mode);
    return opened(fd, lookup(directory, name));
  }

  @Override
  public synchronized Attributes makeNode(Caller caller, NewNode node) throws IOException {
    int mode = node.kind().modeBits() | node.mode();
    posix.umask(caller.umask());
    check(posix.mknodat(fd(node.directory()), path(node.name()), mode, node.device()), "mknod");
    return lookup(node.directory(), node.name());
  }

  @Override
  public synchronized Attributes makeDirectory(
      Caller caller, long directory, FileName name, int mode) throws IOException {
    posix.umask(caller.umask());
    check(posix.mkdirat(fd(directory), path(name), mode), "mkdir");
    return lookup(directory, name);
  }

  @Override
  public synchronized Attributes makeSymlink(
      Caller caller, long directory, FileName name, byte[] target) throws IOException {
    check(posix.symlinkat(path(target), fd(directory), path(name)), "symlink");
    return lookup(directory, name);
  }

  @Override
  public synchronized Attributes link(long inode, long directory, FileName name)
      throws IOException {
    check(
        posix.linkat(
            Posix.AT_FDCWD, proc(fd(inode)), fd(directory), path(name), Posix.AT_SYMLINK_FOLLOW),
        "link");
    return lookup(directory, name);
  }

  @Override
  public synchronized byte[] readSymlink(long inode) throws IOException {
    var target = new byte[4096];
    long length = check(posix.readlinkat(fd(inode), EMPTY, target, target.length), "readlink");
    return Arrays.copyOf(target, (int) length);
  }

  @Override
  public synchronized void unlink(long directory, FileName name) throws IOException {
    check(posix.unlinkat(fd(directory), path(name), 0), "unlink");
  }

  @Override
  public synchronized void removeDirectory(Caller caller, long directory, FileName name)
      throws IOException {
    check(posix.unlinkat(fd(directory), path(name), Posix.AT_REMOVEDIR), "rmdir");
  }

  @Override
  public synchronized void rename(Place source, Place target, RenameMode mode) throws IOException {
    byte[] name = path(source.name());
    byte[] newName = path(target.name());
    int from = fd(source.directory());
    int to = fd(target.directory());
    // RENAME_NOREPLACE 1, RENAME_EXCHANGE 2
    int flags =
        switch (mode) {
          case REPLACE -> 0;
          case NO_REPLACE -> 1;
          case EXCHANGE -> 2;
        };
    check(posix.renameat2(from, name, to, newName, flags), "rename");
  }

  @Override
  public int readLocal(long handle, long offset, ByteBuffer target) throws IOException {
    return read(handle, offset, target);
  }

  @Override
  public boolean mayWait(long inode) {
    return false;
  }

  @Override
  public void allocate(long handle, long offset, long length, AllocateMode mode)
      throws IOException {
    // FALLOC_FL_KEEP_SIZE 1, FALLOC_FL_PUNCH_HOLE 2, FALLOC_FL_ZERO_RANGE 16
    int flags =
        switch (mode) {
          case ALLOCATE -> 0;
          case ALLOCATE_KEEP_SIZE -> 1;
          case PUNCH_HOLE -> 3;
          case ZERO -> 16;
          case ZERO_KEEP_SIZE -> 17;
        };
    check(posix.fallocate((int) handle, flags, offset, length), "fallocate");
  }

  @Override
  public long seek(long handle, long offset, SeekTo what) throws IOException {
    return check(posix.lseek((int) handle, offset, what == SeekTo.DATA ? 3 : 4), "lseek");
  }

  /** The descriptor does it. */
  @Override
  public synchronized void reference(long inode) {
    references.merge(inode, 1L, Long::sum);
  }

  @Override
  public synchronized void forget(long inode, long count) {
    if (references.merge(inode, -count, Long::sum) <= 0) {
      references.remove(inode);
    }
  }

  @Override
  public void forgetAll() {}

  /** The kernel does it. */
  @Override
  public void clearPrivileges(long inode) {}

  @Override
  public synchronized Opened open(long inode, boolean forWriting) throws IOException {
    int flags = (forWriting ? Posix.O_RDWR : Posix.O_RDONLY) | Posix.O_CLOEXEC;
    int fd = check(posix.openat(Posix.AT_FDCWD, proc(fd(inode)), flags, 0), "open");
    return opened(fd, stat(fd));
  }

  private Opened opened(int fd, Attributes attributes) {
    handles.put((long) fd, attributes.inode());
    return new Opened(fd, attributes);
  }

  @Override
  public int read(long handle, long offset, ByteBuffer target) throws IOException {
    var bytes = new byte[target.remaining()];
    int length = (int) check(posix.pread((int) handle, bytes, bytes.length, offset), "read");
    target.put(bytes, 0, length);
    return length;
  }

  @Override
  public void write(long handle, long offset, ByteBuffer source) throws IOException {
    long position = offset;
    while (source.hasRemaining()) {
      var bytes = new byte[source.remaining()];
      source.duplicate().get(bytes);
      long written = check(posix.pwrite((int) handle, bytes, bytes.length, position), "write");
      source.position(source.position() + (int) written);
      position += written;
    }
  }

  @Override
  public synchronized void sync(long inode) throws IOException {
    int fd = check(posix.openat(Posix.AT_FDCWD, proc(fd(inode)), Posix.O_RDONLY, 0), "open");
    try {
      check(posix.fsync(fd), "fsync");
    } finally {
      posix.close(fd);
    }
  }

  @Override
  public synchronized void release(long handle) {
    handles.remove(handle);
    posix.close((int) handle);
  }

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    int fd = openForListing(directory);
    try {
      if (stat(fd).nlink() == 0) {
        // the kernel does not list a removed directory, and says ENOENT
        return;
      }
      check(posix.lseek(fd, cookie, 0), "lseek");
      var buffer = new byte[MAX_LISTING];
      boolean room = true;
      for (long got = check(posix.getdents64(fd, buffer, MAX_LISTING), "getdents");
          got > 0 && room;
          got = check(posix.getdents64(fd, buffer, MAX_LISTING), "getdents")) {
        room = visit(ByteBuffer.wrap(buffer, 0, (int) got), visitor);
      }
    } finally {
      posix.close(fd);
    }
  }

  private synchronized int openForListing(long directory) throws IOException {
    return check(posix.openat(Posix.AT_FDCWD, proc(fd(directory)), Posix.O_RDONLY, 0), "opendir");
  }

  /** Reads records of struct linux_dirent64. */
  private static boolean visit(ByteBuffer entries, EntryVisitor visitor) throws IOException {
    entries.order(ByteOrder.nativeOrder());
    while (entries.hasRemaining()) {
      int start = entries.position();
      long inode = entries.getLong();
      long next = entries.getLong();
      int length = Short.toUnsignedInt(entries.getShort());
      FileKind kind = FileKind.ofMode(entries.get() << 12);
      var rest = new byte[length - 19];
      entries.get(rest);
      byte[] name = untilNul(rest);
      boolean dots = Arrays.equals(name, new byte[] {'.'}) || Arrays.equals(name, DOT_DOT);
      if (!dots && !visitor.visit(FileName.of(name), inode, kind, next)) {
        return false;
      }
      entries.position(start + length);
    }
    return true;
  }

  @Override
  public synchronized Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    var value = new byte[1 << 16];
    try {
      long length =
          check(posix.getxattr(proc(fd(inode)), path(name), value, value.length), "getxattr");
      return Optional.of(Arrays.copyOf(value, (int) length));
    } catch (DriveException e) {
      if (e.reason() == Reason.NO_ATTRIBUTE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public synchronized void setXattr(long inode, byte[] name, byte[] value, XattrMode mode)
      throws IOException {
    int flags =
        switch (mode) {
          case CREATE_OR_REPLACE -> 0;
          case CREATE -> 1;
          case REPLACE -> 2;
        };
    check(posix.setxattr(proc(fd(inode)), path(name), value, value.length, flags), "setxattr");
  }

  @Override
  public synchronized List<byte[]> xattrNames(long inode) throws IOException {
    var list = new byte[1 << 16];
    long length = check(posix.listxattr(proc(fd(inode)), list, list.length), "listxattr");
    var names = new ArrayList<byte[]>();
    for (int start = 0; start < length; start += names.get(names.size() - 1).length + 1) {
      names.add(untilNul(Arrays.copyOfRange(list, start, (int) length)));
    }
    return names;
  }

  @Override
  public synchronized void removeXattr(long inode, byte[] name) throws IOException {
    check(posix.removexattr(proc(fd(inode)), path(name)), "removexattr");
  }

  @Override
  public synchronized Space space() throws IOException {
    var statvfs = new Statvfs(runtime);
    Pointer memory = Memory.allocateDirect(runtime, 256, true);
    check(posix.statvfs(proc(fd(ROOT)), memory), "statvfs");
    long unit = memory.getLong(statvfs.f_frsize.offset());
    return new Space(
        unit * memory.getLong(statvfs.f_blocks.offset()),
        unit * memory.getLong(statvfs.f_bavail.offset()),
        memory.getLong(statvfs.f_files.offset()) - memory.getLong(statvfs.f_ffree.offset()),
        memory.getLong(statvfs.f_ffree.offset()));
  }

  private Attributes stat(int fd) throws IOException {
    Pointer p = Memory.allocateDirect(runtime, 256, true);
    check(posix.fstatat(fd, EMPTY, p, Posix.AT_EMPTY_PATH | Posix.AT_SYMLINK_NOFOLLOW), "stat");
    int mode = p.getInt(layout.st_mode.offset());
    return new Attributes(
        p.getLong(layout.st_ino.offset()),
        FileKind.ofMode(mode),
        mode & 07777,
        p.getInt(layout.st_uid.offset()),
        p.getInt(layout.st_gid.offset()),
        (int) p.getLong(layout.st_nlink.offset()),
        p.getLong(layout.st_size.offset()),
        p.getLong(layout.st_blocks.offset()),
        p.getLong(layout.st_rdev.offset()),
        time(p, layout.st_atim.tv_sec.offset()),
        time(p, layout.st_mtim.tv_sec.offset()),
        time(p, layout.st_ctim.tv_sec.offset()));
  }

  private static Timestamp time(Pointer stat, long offset) {
    return new Timestamp(stat.getLong(offset), (int) stat.getLong(offset + 8));
  }

  private int open(long directory, FileName name, int flags, int mode) throws IOException {
    return check(
        posix.openat(fd(directory), path(name), flags | Posix.O_CLOEXEC, mode), name.toString());
  }

  private int fd(long inode) throws DriveException {
    Integer fd = descriptors.get(inode);
    if (fd == null) {
      throw new DriveException(Reason.STALE, "inode " + inode);
    }
    return fd;
  }

  private static byte[] proc(int fd) {
    return path("/proc/self/fd/" + fd);
  }

  private static byte[] path(String path) {
    return path(path.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] path(FileName name) {
    return path(name.toBytes());
  }

  private static byte[] path(byte[] path) {
    return Arrays.copyOf(path, path.length + 1);
  }

  private static byte[] untilNul(byte[] bytes) {
    int end = 0;
    while (bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOf(bytes, end);
  }

  private int check(int result, String what) throws IOException {
    return (int) check((long) result, what);
  }

  private long check(long result, String what) throws IOException {
    if (result < 0) {
      throw Errnos.exception(runtime.getLastError(), what);
    }
    return result;
  }
}
