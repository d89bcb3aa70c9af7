package kith.fs.fuse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kith.fs.FileName;
import kith.fs.SourceException;
import kith.fs.SourceFile;
import kith.fs.SourceFolder;
import kith.fs.SourceNode;
import kith.fs.SourceStat;
import kith.fs.Xattr;

/**
 * Files of this machine, to be imported. Names are bytes: Java's own paths know only those that the
 * locale can say. For one thread; what was opened must be closed before.
 */
public final class SourceDisk implements AutoCloseable {
  private final SourceNative disk = new SourceNative();

  /**
   * Where a path leads to.
   *
   * @param path absolute and without symlinks
   */
  public record Found(byte[] path, SourceStat stat) {}

  /** Follows a path with all its symlinks. */
  public Found find(byte[] path) throws SourceException {
    int fd = disk.open(SourceNative.NOWHERE, path, SourceNative.Opening.LOOK);
    try {
      byte[] link = ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII);
      return new Found(disk.target(SourceNative.NOWHERE, link), disk.stat(fd));
    } finally {
      disk.close(fd);
    }
  }

  /** Opens a folder; symlinks are followed. */
  public SourceFolder folder(byte[] path) throws SourceException {
    return new Folder(disk.open(SourceNative.NOWHERE, path, SourceNative.Opening.ANY_FOLDER));
  }

  @Override
  public void close() {
    disk.close();
  }

  /** What a folder and a file have in common when they are open. */
  private abstract class Opened implements SourceNode {
    int fd;

    Opened(int fd) {
      this.fd = fd;
    }

    @Override
    public SourceStat stat() throws SourceException {
      return disk.stat(fd);
    }

    @Override
    public List<Xattr> xattrs() throws SourceException {
      return disk.xattrs(fd);
    }

    /** Once only: its number may be another's by the next time. */
    @Override
    public void close() {
      if (fd >= 0) {
        disk.close(fd);
        fd = -1;
      }
    }
  }

  private final class Folder extends Opened implements SourceFolder {
    Folder(int fd) {
      super(fd);
    }

    @Override
    public List<FileName> names() throws java.io.IOException {
      List<FileName> names = new ArrayList<>();
      for (byte[] name : disk.names(fd)) {
        names.add(FileName.of(name));
      }
      Collections.sort(names);
      return names;
    }

    @Override
    public SourceStat stat(FileName name) throws SourceException {
      return disk.stat(fd, name.toBytes());
    }

    @Override
    public List<Xattr> xattrs(FileName name) throws SourceException {
      return disk.xattrs(fd, name.toBytes());
    }

    @Override
    public byte[] target(FileName name) throws SourceException {
      return disk.target(fd, name.toBytes());
    }

    @Override
    public SourceFolder folder(FileName name) throws SourceException {
      return new Folder(disk.open(fd, name.toBytes(), SourceNative.Opening.FOLDER));
    }

    @Override
    public SourceFile file(FileName name) throws SourceException {
      return new File(disk.open(fd, name.toBytes(), SourceNative.Opening.FILE));
    }
  }

  private final class File extends Opened implements SourceFile {
    File(int fd) {
      super(fd);
    }

    @Override
    public int read(long offset, byte[] target, int at, int length) throws SourceException {
      return disk.read(fd, offset, target, at, length);
    }

    @Override
    public long data(long offset) throws SourceException {
      return disk.seek(fd, offset, SourceNative.SEEK_DATA);
    }

    @Override
    public long hole(long offset) throws SourceException {
      return disk.seek(fd, offset, SourceNative.SEEK_HOLE);
    }
  }
}
