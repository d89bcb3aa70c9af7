package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * All snapshots of a drive as one read-only filesystem: in the root a directory for each, a symlink
 * {@code latest} to the newest, and {@code live} for the live tree as it was last packed. A handle
 * is an inode number. Safe for many threads.
 */
public final class SnapshotsFileSystem extends ReadOnlyFileSystem {
  /** Something that may fail in the ways of the trees. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException, KithException;
  }

  private final SnapshotTrees trees;
  private final SnapshotsFileSystemRoot root;
  private final SnapshotsFileSystemCookies cookies = new SnapshotsFileSystemCookies();

  private SnapshotsFileSystem(SnapshotTrees trees, SnapshotsFileSystemRoot root) {
    this.trees = trees;
    this.root = root;
  }

  /** Of a drive, whose owner takes and drops snapshots in the root directory. */
  static SnapshotsFileSystem ofDrive(SnapshotTrees trees, Caller owner) {
    var root = new SnapshotsFileSystemRoot(trees, owner, false, true);
    return new SnapshotsFileSystem(trees, root);
  }

  /**
   * Of a view, in which nothing changes.
   *
   * @param owner of the root directory
   * @param hasLive whether the source of the trees has a live one
   */
  static SnapshotsFileSystem ofView(SnapshotTrees trees, Caller owner, boolean hasLive) {
    var root = new SnapshotsFileSystemRoot(trees, owner, hasLive, false);
    return new SnapshotsFileSystem(trees, root);
  }

  /** What the trees cannot read is an input/output error, never a missing file. */
  private static <T> T call(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (KithException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean isVirtual(long inode) {
    return inode == ROOT || SnapshotTrees.number(inode) == SnapshotTrees.VIRTUAL;
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    if (isVirtual(inode)) {
      return root.attributes(inode);
    }
    return call(() -> attributes(trees.locate(inode)));
  }

  private static Attributes attributes(SnapshotTrees.Located at) throws IOException, KithException {
    Attributes a = at.tree().attributes(at.inode());
    return new Attributes(
        at.outer(at.inode()),
        a.kind(),
        a.mode(),
        a.uid(),
        a.gid(),
        a.nlink(),
        a.size(),
        a.blocks(),
        a.device(),
        a.atime(),
        a.mtime(),
        a.ctime());
  }

  @Override
  public Attributes lookup(long directory, FileName name) throws IOException {
    if (isVirtual(directory)) {
      return attributes(root.lookup(directory, name));
    }
    return call(
        () -> {
          SnapshotTrees.Located at = trees.locate(directory);
          OptionalLong found = at.tree().lookup(at.inode(), name);
          if (found.isEmpty()) {
            throw new DriveException(DriveException.Reason.NOT_FOUND, name.toString());
          }
          return attributes(new SnapshotTrees.Located(at.number(), at.tree(), found.getAsLong()));
        });
  }

  @Override
  public byte[] readSymlink(long inode) throws IOException {
    if (isVirtual(inode)) {
      return root.target(inode);
    }
    return call(
        () -> {
          SnapshotTrees.Located at = trees.locate(inode);
          return at.tree().symlinkTarget(at.inode());
        });
  }

  @Override
  protected Opened open(long inode) throws IOException {
    Attributes attributes = attributes(inode);
    if (attributes.kind() == FileKind.DIRECTORY) {
      throw new DriveException(DriveException.Reason.IS_DIRECTORY, "inode " + inode);
    }
    return new Opened(inode, attributes);
  }

  @Override
  public int read(long handle, long offset, ByteBuffer target) throws IOException {
    return call(
        () -> {
          SnapshotTrees.Located at = trees.locate(handle);
          return at.tree().read(at.inode(), offset, target);
        });
  }

  /** Tree and content may be at the partners: whoever must not wait asks somebody who may. */
  @Override
  public int readLocal(long handle, long offset, ByteBuffer target) {
    return ELSEWHERE;
  }

  /** Snapshots come and go, and with them what the link to the latest says. */
  @Override
  public boolean changesByItself(long inode) {
    return isVirtual(inode);
  }

  @Override
  public boolean mayWait(long inode) {
    return !isVirtual(inode);
  }

  @Override
  public long seek(long handle, long offset, SeekTo what) throws IOException {
    return call(
        () -> {
          SnapshotTrees.Located at = trees.locate(handle);
          return at.tree().seek(at.inode(), offset, what);
        });
  }

  @Override
  public void release(long handle) {}

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    if (isVirtual(directory)) {
      root.list(directory, cookie, visitor);
      return;
    }
    call(
        () -> {
          cookies.list(trees.locate(directory), cookie, visitor);
          return null;
        });
  }

  private List<Xattr> xattrs(long inode) throws IOException {
    if (isVirtual(inode)) {
      return List.of();
    }
    return call(
        () -> {
          SnapshotTrees.Located at = trees.locate(inode);
          return at.tree().xattrs(at.inode());
        });
  }

  @Override
  public Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    return xattrs(inode).stream()
        .filter(xattr -> Arrays.equals(xattr.name(), name))
        .map(Xattr::value)
        .findFirst();
  }

  @Override
  public List<byte[]> xattrNames(long inode) throws IOException {
    return xattrs(inode).stream().map(Xattr::name).toList();
  }

  @Override
  public Space space() throws IOException {
    long bytes = 0;
    long files = 0;
    for (SnapshotEntry entry : trees.entries()) {
      bytes = Math.max(bytes, entry.bytes());
      files = Math.max(files, entry.files());
    }
    return new Space(bytes, 0, files, 0);
  }
}
