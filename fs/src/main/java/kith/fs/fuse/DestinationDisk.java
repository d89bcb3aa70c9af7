package kith.fs.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.constants.platform.Errno;
import jnr.constants.platform.OpenFlags;
import kith.fs.DestinationAttributes;
import kith.fs.DestinationException;
import kith.fs.DestinationFile;
import kith.fs.DestinationFolder;
import kith.fs.DestinationLoss;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.SourceStat;

/**
 * Folders of this machine, to restore into. Names are bytes: Java's own paths know only those that
 * the locale can say. Safe for many threads.
 */
public final class DestinationDisk {
  private static final int FOR_OWNER = 0600;
  private static final int FOLDER_FOR_OWNER = 0700;
  private static final int ENTRIES_ROOM = 64 << 10;
  private static final int NAME_AT = 19;
  private static final int NO_REPLACE = 1;
  private static final int REMOVE_FOLDER = 0x200;
  private static final int EXCLUSIVE_NOW = 2 | 4;
  private static final int SEEK_DATA = 3;
  private static final int CLOSED = -1;
  private static final int SEARCH =
      OpenFlags.O_CLOEXEC.intValue() | OpenFlags.O_DIRECTORY.intValue();
  private static final int CAREFUL =
      OpenFlags.O_CLOEXEC.intValue()
          | OpenFlags.O_NOFOLLOW.intValue()
          | OpenFlags.O_NONBLOCK.intValue();

  private final DestinationNative disk = new DestinationNative();

  /** Opens a folder; symlinks on the way to it are followed. */
  public DestinationFolder folder(byte[] path) throws DestinationException {
    byte[] ended = DestinationNative.path(path);
    return new Folder(disk.done(disk.calls().openat(DestinationNative.NOWHERE, ended, SEARCH, 0)));
  }

  /** Sees one name after the other. */
  @FunctionalInterface
  private interface Visitor {
    void visit(FileName name) throws IOException;
  }

  /** A file descriptor that is closed once. */
  private abstract class Opened {
    private final AtomicInteger number;

    Opened(int fd) {
      number = new AtomicInteger(fd);
    }

    int fd() {
      return number.get();
    }

    /** Once only: its number may be another's by the next time. */
    void end() {
      int fd = number.getAndSet(CLOSED);
      if (fd != CLOSED) {
        disk.calls().close(fd);
      }
    }
  }

  private final class Folder extends Opened implements DestinationFolder {
    Folder(int fd) {
      super(fd);
    }

    private static byte[] path(FileName name) {
      return DestinationNative.path(name.toBytes());
    }

    private int open(FileName name, int flags) throws DestinationException {
      return disk.done(disk.calls().openat(fd(), path(name), flags | CAREFUL, FOR_OWNER));
    }

    @Override
    public List<FileName> names() throws IOException {
      List<FileName> names = new ArrayList<>();
      visit(names::add);
      return names;
    }

    @Override
    public void empty() throws IOException {
      int[] removed = {1};
      while (removed[0] > 0) { // some filesystems pass over names while others go
        removed[0] = 0;
        visit(
            name -> {
              remove(name);
              removed[0]++;
            });
      }
    }

    private void visit(Visitor visitor) throws IOException {
      // a descriptor of its own: where it has read to is its own too
      byte[] self = {'.', 0};
      int own = disk.done(disk.calls().openat(fd(), self, SEARCH, 0));
      try {
        byte[] entries = new byte[ENTRIES_ROOM];
        int length = disk.done((int) disk.calls().getdents64(own, entries, ENTRIES_ROOM));
        while (length > 0) {
          visit(visitor, entries, length);
          length = disk.done((int) disk.calls().getdents64(own, entries, ENTRIES_ROOM));
        }
      } finally {
        disk.calls().close(own);
      }
    }

    private static void visit(Visitor visitor, byte[] entries, int length) throws IOException {
      ByteBuffer fields = ByteBuffer.wrap(entries).order(ByteOrder.nativeOrder());
      for (int at = 0; at < length; at += fields.getShort(at + 16) & 0xffff) {
        int end = at + NAME_AT;
        while (entries[end] != 0) {
          end++;
        }
        byte[] name = Arrays.copyOfRange(entries, at + NAME_AT, end);
        boolean dots = name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
        if (!dots) {
          visitor.visit(FileName.of(name));
        }
      }
    }

    @Override
    public Optional<SourceStat> stat(FileName name) throws DestinationException {
      try {
        return Optional.of(disk.stat(fd(), path(name)));
      } catch (DestinationException e) {
        if (e.reason() == DestinationException.Reason.GONE) {
          return Optional.empty();
        }
        throw e;
      }
    }

    @Override
    public DestinationFolder folder(FileName name) throws DestinationException {
      return new Folder(open(name, OpenFlags.O_DIRECTORY.intValue()));
    }

    @Override
    public DestinationFile file(FileName name) throws DestinationException {
      return new File(open(name, OpenFlags.O_RDONLY.intValue()));
    }

    @Override
    public DestinationFile create(FileName name) throws DestinationException {
      return new File(open(name, OpenFlags.O_RDWR.intValue() | OpenFlags.O_CREAT.intValue()));
    }

    @Override
    public void admitOwner(FileName name) throws DestinationException {
      byte[] path = path(name);
      int mode = disk.stat(fd(), path).attributes().mode();
      disk.done(disk.calls().fchmodat(fd(), path, mode | FOLDER_FOR_OWNER, 0));
    }

    @Override
    public void makeFolder(FileName name) throws DestinationException {
      disk.done(disk.calls().mkdirat(fd(), path(name), FOLDER_FOR_OWNER));
    }

    @Override
    public void makeSymlink(FileName name, byte[] target) throws DestinationException {
      disk.done(disk.calls().symlinkat(DestinationNative.path(target), fd(), path(name)));
    }

    @Override
    public void makeNode(FileName name, FileKind kind, long device) throws DestinationException {
      disk.done(disk.calls().mknodat(fd(), path(name), kind.modeBits() | FOR_OWNER, device));
    }

    @Override
    public void link(FileName name, DestinationFolder into, FileName as)
        throws DestinationException {
      disk.done(disk.calls().linkat(fd(), path(name), ((Folder) into).fd(), path(as), 0));
    }

    @Override
    public void move(FileName name, DestinationFolder into, FileName as, boolean replacing)
        throws DestinationException {
      Folder target = (Folder) into;
      int flags = replacing ? 0 : NO_REPLACE;
      int result = disk.calls().renameat2(fd(), path(name), target.fd(), path(as), flags);
      if (result < 0 && !replacing && disk.errno() == Errno.EINVAL) {
        moveCarefully(name, target, as);
      } else {
        disk.done(result);
      }
    }

    /** For filesystems that know no other way; no two threads at once. */
    private void moveCarefully(FileName name, Folder target, FileName as)
        throws DestinationException {
      synchronized (disk) {
        if (target.stat(as).isPresent()) {
          throw new DestinationException(
              DestinationException.Reason.EXISTS, Errno.EEXIST.toString());
        }
        disk.done(disk.calls().renameat2(fd(), path(name), target.fd(), path(as), 0));
      }
    }

    @Override
    public void remove(FileName name) throws DestinationException {
      disk.done(disk.calls().unlinkat(fd(), path(name), 0));
    }

    @Override
    public void removeFolder(FileName name) throws DestinationException {
      disk.done(disk.calls().unlinkat(fd(), path(name), REMOVE_FOLDER));
    }

    @Override
    public Set<DestinationLoss> adapt(DestinationAttributes attributes)
        throws DestinationException {
      return disk.adapt(fd(), attributes);
    }

    @Override
    public Set<DestinationLoss> adapt(FileName name, DestinationAttributes attributes)
        throws DestinationException {
      return disk.adapt(fd(), name.toBytes(), attributes);
    }

    @Override
    public boolean lock() throws DestinationException {
      int result = disk.calls().flock(fd(), EXCLUSIVE_NOW);
      boolean taken = result < 0 && disk.errno() == Errno.EAGAIN;
      return !taken && disk.done(result) == 0;
    }

    @Override
    public void sync() throws DestinationException {
      disk.done(disk.calls().syncfs(fd()));
    }

    @Override
    public long freeBytes() throws DestinationException {
      byte[] statfs = new byte[256];
      disk.done(disk.calls().fstatfs(fd(), statfs));
      ByteBuffer fields = ByteBuffer.wrap(statfs).order(ByteOrder.nativeOrder());
      return fields.getLong(8) * fields.getLong(32); // f_bsize, f_bavail
    }

    @Override
    public void close() {
      end();
    }
  }

  private final class File extends Opened implements DestinationFile {
    File(int fd) {
      super(fd);
    }

    @Override
    public long size() throws DestinationException {
      return disk.stat(fd()).attributes().size();
    }

    @Override
    public int read(long offset, byte[] target, int length) throws DestinationException {
      int filled = 0;
      while (filled < length) {
        byte[] part = filled == 0 ? target : new byte[length - filled];
        int read = part(part, length - filled, offset + filled);
        if (read == 0) {
          break;
        }
        if (filled > 0) {
          System.arraycopy(part, 0, target, filled, read);
        }
        filled += read;
      }
      return filled;
    }

    private int part(byte[] target, int length, long offset) throws DestinationException {
      long read = disk.calls().pread(fd(), target, length, offset);
      return disk.done((int) read);
    }

    @Override
    public long data(long offset) throws DestinationException {
      long found = disk.calls().lseek(fd(), offset, SEEK_DATA);
      if (found < 0 && disk.errno() != Errno.ENXIO) {
        throw disk.failure();
      }
      return found;
    }

    @Override
    public void write(long offset, byte[] bytes, int length) throws DestinationException {
      int written = 0;
      while (written < length) {
        byte[] rest = written == 0 ? bytes : Arrays.copyOfRange(bytes, written, length);
        long count = disk.calls().pwrite(fd(), rest, length - written, offset + written);
        written += disk.done((int) count);
      }
    }

    @Override
    public void truncate(long size) throws DestinationException {
      disk.done(disk.calls().ftruncate(fd(), size));
    }

    @Override
    public Set<DestinationLoss> adapt(DestinationAttributes attributes)
        throws DestinationException {
      return disk.adapt(fd(), attributes);
    }

    @Override
    public void close() {
      end();
    }
  }
}
