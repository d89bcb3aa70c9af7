package kith.fs;

import static kith.fs.DriveException.Reason.BAD_HANDLE;
import static kith.fs.DriveException.Reason.BUSY;
import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.IS_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_FOUND;
import static kith.fs.DriveException.Reason.NOT_PERMITTED;
import static kith.fs.DriveException.Reason.READ_ONLY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * The mounted filesystem: the live tree, and the past under the folder of snapshots in its root.
 * Here calls are told apart; the work is done in {@link Namespace}, {@link FileData} and {@link
 * InodeMeta}, and by the read-only filesystem of the snapshots. Safe for many threads.
 */
public final class Drive implements FileSystem {
  /** Inode of the folder of snapshots: a number that no snapshot has, above the live ones. */
  static final long SNAPSHOTS = 0x7fffffL * InodeNumbers.LIMIT + ROOT;

  /** Makes and drops snapshots when folders in the folder of snapshots are made and removed. */
  interface SnapshotKeeper {
    /** Takes a snapshot, durable when this returns; EXISTS or INVALID for the name. */
    void take(FileName name) throws IOException;

    /** Drops a snapshot; NOT_FOUND, or BUSY if it is held. */
    void drop(FileName name) throws IOException;
  }

  /**
   * The folder of snapshots.
   *
   * @param name reserved in the root of the drive
   * @param visible whether listing the root shows it
   * @param tree read-only; its root lists the snapshots
   */
  record SnapshotFolder(FileName name, boolean visible, FileSystem tree, SnapshotKeeper keeper) {}

  private final LiveTree live;
  private final Namespace names;
  private final FileData data;
  private final InodeMeta meta;
  private final RowsTree tree;
  private final LiveListing listing;
  private final Orphans orphans;
  private final SnapshotFolder past;
  private final SpaceSource spaceSource;
  private final FileSafety safety;
  private final OpenFiles open = new OpenFiles();

  /** Tells how much room there is. */
  @FunctionalInterface
  interface SpaceSource {
    Space space() throws IOException;
  }

  Drive(
      LiveTree live,
      ContentReader content,
      SnapshotFolder past,
      SpaceSource spaceSource,
      FileSafety safety)
      throws IOException {
    this.live = live;
    this.orphans = new Orphans(live);
    this.names = new Namespace(live, orphans);
    this.data = new FileData(live, content);
    this.meta = new InodeMeta(live, data);
    this.tree = new RowsTree(live.rows, content);
    this.listing = new LiveListing(tree);
    this.past = past;
    this.spaceSource = spaceSource;
    this.safety = safety;
    orphans.purgeAll();
  }

  private static boolean isPast(long inode) {
    return inode >= InodeNumbers.LIMIT;
  }

  /** The number that the filesystem of the snapshots knows an inode by. */
  private static long inner(long inode) {
    return inode == SNAPSHOTS ? ROOT : inode;
  }

  private static Attributes outer(Attributes a) {
    return a.inode() == ROOT ? a.withInode(SNAPSHOTS) : a;
  }

  private boolean isPastFolder(long directory, FileName name) {
    return directory == ROOT && name.equals(past.name());
  }

  private static void requireLive(long... inodes) throws IOException {
    if (Arrays.stream(inodes).anyMatch(Drive::isPast)) {
      throw new DriveException(READ_ONLY, "snapshots do not change");
    }
  }

  @Override
  public Attributes lookup(long directory, FileName name) throws IOException {
    if (isPast(directory)) {
      return past.tree().lookup(inner(directory), name);
    }
    if (isPastFolder(directory, name)) {
      return attributes(SNAPSHOTS);
    }
    OptionalLong inode = tree.lookup(directory, name);
    if (inode.isEmpty()) {
      live.directory(directory);
      throw new DriveException(NOT_FOUND, name.toString());
    }
    return tree.attributes(inode.getAsLong());
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    return isPast(inode) ? outer(past.tree().attributes(inner(inode))) : tree.attributes(inode);
  }

  @Override
  public Attributes change(Caller caller, long inode, AttributeChange change) throws IOException {
    requireLive(inode);
    return meta.change(inode, change);
  }

  @Override
  public Opened create(Caller caller, long directory, FileName name, int mode) throws IOException {
    NewNode node = new NewNode(directory, name, FileKind.REGULAR, mode, 0);
    return open(makeNode(caller, node).inode(), true);
  }

  @Override
  public Attributes makeNode(Caller caller, NewNode node) throws IOException {
    if (node.kind() == FileKind.DIRECTORY || node.kind() == FileKind.SYMLINK) {
      throw new DriveException(INVALID, "mknod makes no " + node.kind());
    }
    InodeRow row = fresh(caller, node.kind(), node.mode()).withDevice(node.device());
    return make(node.directory(), node.name(), row);
  }

  @Override
  public Attributes makeDirectory(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    if (directory == SNAPSHOTS) {
      past.keeper().take(name);
      return lookup(directory, name);
    }
    return make(directory, name, fresh(caller, FileKind.DIRECTORY, mode));
  }

  @Override
  public Attributes makeSymlink(Caller caller, long directory, FileName name, byte[] target)
      throws IOException {
    return make(directory, name, fresh(caller, FileKind.SYMLINK, 0777).withTarget(target));
  }

  private Attributes make(long directory, FileName name, InodeRow row) throws IOException {
    requireLive(directory);
    if (isPastFolder(directory, name)) {
      throw new DriveException(DriveException.Reason.EXISTS, name + " is the folder of snapshots");
    }
    return names.create(directory, name, row);
  }

  private InodeRow fresh(Caller caller, FileKind kind, int mode) {
    return InodeRow.create(kind, mode & 07777, caller, live.now());
  }

  @Override
  public Attributes link(long inode, long directory, FileName name) throws IOException {
    requireLive(inode, directory);
    requireFree(directory, name);
    return names.link(inode, directory, name);
  }

  @Override
  public byte[] readSymlink(long inode) throws IOException {
    return isPast(inode) ? past.tree().readSymlink(inode) : tree.symlinkTarget(inode);
  }

  @Override
  public void unlink(long directory, FileName name) throws IOException {
    requireLive(directory);
    requireFree(directory, name);
    names.unlink(directory, name);
  }

  @Override
  public void removeDirectory(Caller caller, long directory, FileName name) throws IOException {
    if (directory == SNAPSHOTS) {
      past.keeper().drop(name);
      return;
    }
    requireLive(directory);
    requireFree(directory, name);
    names.removeDirectory(directory, name);
  }

  @Override
  public void rename(Place from, Place to, RenameMode mode) throws IOException {
    requireLive(from.directory(), to.directory());
    requireFree(from.directory(), from.name());
    requireFree(to.directory(), to.name());
    if (mode != RenameMode.REPLACE) {
      throw new DriveException(INVALID, "rename with " + mode);
    }
    names.rename(from.directory(), from.name(), to.directory(), to.name());
  }

  private void requireFree(long directory, FileName name) throws IOException {
    if (isPastFolder(directory, name)) {
      throw new DriveException(BUSY, name + " is the folder of snapshots");
    }
  }

  @Override
  public Opened open(long inode, boolean forWriting) throws IOException {
    if (isPast(inode)) {
      if (forWriting) {
        throw new DriveException(READ_ONLY, "snapshots do not change");
      }
      Opened opened = past.tree().open(inode, false);
      return new Opened(
          open.add(new OpenFiles.OpenFile(inode, opened.handle(), false)), opened.attributes());
    }
    Attributes attributes = orphans.opened(inode).attributes(inode);
    if (attributes.kind() == FileKind.DIRECTORY) {
      orphans.released(inode);
      throw new DriveException(IS_DIRECTORY, "inode " + inode);
    }
    return new Opened(open.add(new OpenFiles.OpenFile(inode, 0, forWriting)), attributes);
  }

  @Override
  public int read(long handle, long offset, ByteBuffer target) throws IOException {
    OpenFiles.OpenFile file = open.get(handle);
    if (isPast(file.inode())) {
      return past.tree().read(file.inner(), offset, target);
    }
    try {
      return data.read(file.inode(), offset, target);
    } catch (KithException e) {
      throw new IOException("inode " + file.inode() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void write(long handle, long offset, ByteBuffer source) throws IOException {
    OpenFiles.OpenFile file = open.get(handle);
    requireLive(file.inode());
    if (!file.writable()) {
      throw new DriveException(BAD_HANDLE, "handle " + handle + " is open for reading");
    }
    data.write(file.inode(), offset, source);
  }

  @Override
  public void sync(long inode) throws IOException {
    if (!isPast(inode)) {
      data.sync();
    }
  }

  @Override
  public void release(long handle) throws IOException {
    OpenFiles.OpenFile file = open.remove(handle);
    if (isPast(file.inode())) {
      past.tree().release(file.inner());
    } else {
      orphans.released(file.inode());
    }
  }

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    if (isPast(directory)) {
      past.tree().readDirectory(inner(directory), cookie, visitor);
      return;
    }
    live.directory(directory);
    boolean showPast = directory == ROOT && past.visible();
    listing.list(
        directory,
        cookie,
        showPast ? new LiveListing.Extra(past.name(), SNAPSHOTS) : null,
        visitor);
  }

  @Override
  public Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    if (FileSafety.isReserved(name)) {
      return safety.value(inode, name);
    }
    if (isPast(inode)) {
      return past.tree().xattr(inner(inode), name);
    }
    return Optional.ofNullable(live.rows.get(kith.index.Table.XATTRS, RowKeys.of(inode, name)));
  }

  @Override
  public void setXattr(long inode, byte[] name, byte[] value, XattrMode mode) throws IOException {
    requireLive(inode);
    requireUsers(name);
    meta.setXattr(inode, name, value, mode);
  }

  private static void requireUsers(byte[] name) throws DriveException {
    if (FileSafety.isReserved(name)) {
      throw new DriveException(NOT_PERMITTED, "attributes of user.kith are the drive's own");
    }
  }

  @Override
  public List<byte[]> xattrNames(long inode) throws IOException {
    return isPast(inode)
        ? past.tree().xattrNames(inner(inode))
        : tree.xattrs(inode).stream().map(Xattr::name).toList();
  }

  @Override
  public void removeXattr(long inode, byte[] name) throws IOException {
    requireLive(inode);
    requireUsers(name);
    meta.removeXattr(inode, name);
  }

  @Override
  public Space space() throws IOException {
    return spaceSource.space();
  }
}
