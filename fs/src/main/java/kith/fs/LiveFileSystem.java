package kith.fs;

import static kith.fs.DriveException.Reason.BAD_HANDLE;
import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.IS_DIRECTORY;
import static kith.fs.DriveException.Reason.NAME_TOO_LONG;
import static kith.fs.DriveException.Reason.NOT_FOUND;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * The live tree as a filesystem. The work is done in {@link Namespace}, {@link FileData}, {@link
 * InodeMeta} and {@link InodeXattrs}. Safe for many threads.
 */
final class LiveFileSystem implements FileSystem {
  private static final int PERMISSIONS = 07777;
  private static final int MAX_TARGET = 4095;

  private final LiveTree live;
  private final Namespace names;
  private final FileData data;
  private final InodeMeta meta;
  private final InodeXattrs xattrs;
  private final RowsTree tree;
  private final LiveListing listing;
  private final Orphans orphans;
  private final AccessTimes accessTimes;
  private final SpaceSource spaceSource;
  private final CacheGate gate;
  private final OpenFiles open = new OpenFiles();

  /** Tells how much room there is. */
  @FunctionalInterface
  interface SpaceSource {
    Space space() throws IOException;
  }

  LiveFileSystem(LiveTree live, ContentReader content, SpaceSource spaceSource, CacheGate gate)
      throws IOException {
    this.live = live;
    this.gate = gate;
    this.orphans = new Orphans(live);
    this.accessTimes = new AccessTimes(live);
    this.names = new Namespace(live, orphans);
    LongCut longCut = new LongCut(live, LongCut.STEP);
    this.data = new FileData(live, longCut, content, accessTimes);
    this.meta = new InodeMeta(live, data, accessTimes);
    this.xattrs = new InodeXattrs(live);
    this.tree = new RowsTree(live.rows, content);
    this.listing = new LiveListing(tree);
    this.spaceSource = spaceSource;
    longCut.finishAll();
    orphans.purgeAll();
  }

  /** The way into the tree for what does not come through the mount. */
  ImportTree importTree(KernelNames kernel) {
    return new ImportTree(live, orphans, open, accessTimes, kernel);
  }

  @Override
  public Attributes lookup(long directory, FileName name) throws IOException {
    OptionalLong inode = tree.lookup(directory, name);
    if (inode.isEmpty()) {
      live.directory(directory);
      throw new DriveException(NOT_FOUND, name.toString());
    }
    return attributes(inode.getAsLong());
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    return accessTimes.latest(inode, live.inode(inode)).attributes(inode);
  }

  @Override
  public Attributes change(Caller caller, long inode, AttributeChange change) throws IOException {
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
    gate.admitRows();
    return names.create(new Place(node.directory(), node.name()), row, caller.umask());
  }

  @Override
  public Attributes makeDirectory(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    InodeRow row = fresh(caller, FileKind.DIRECTORY, mode);
    gate.admitRows();
    return names.create(new Place(directory, name), row, caller.umask());
  }

  @Override
  public Attributes makeSymlink(Caller caller, long directory, FileName name, byte[] target)
      throws IOException {
    if (target.length == 0 || target.length > MAX_TARGET) {
      throw new DriveException(
          target.length == 0 ? NOT_FOUND : NAME_TOO_LONG, "a target of " + target.length);
    }
    InodeRow row = fresh(caller, FileKind.SYMLINK, 0777).withTarget(target);
    gate.admitRows();
    return names.create(new Place(directory, name), row, 0);
  }

  private InodeRow fresh(Caller caller, FileKind kind, int mode) {
    return InodeRow.create(kind, mode & PERMISSIONS, caller, live.now());
  }

  @Override
  public Attributes link(long inode, long directory, FileName name) throws IOException {
    gate.admitRows();
    return names.link(inode, directory, name);
  }

  @Override
  public byte[] readSymlink(long inode) throws IOException {
    InodeRow row = live.inode(inode);
    if (row.kind() != FileKind.SYMLINK) {
      throw new DriveException(INVALID, "inode " + inode + " is no symlink");
    }
    accessTimes.read(inode, row);
    return row.target();
  }

  @Override
  public void unlink(long directory, FileName name) throws IOException {
    names.unlink(directory, name);
  }

  @Override
  public void removeDirectory(Caller caller, long directory, FileName name) throws IOException {
    names.removeDirectory(directory, name);
  }

  @Override
  public void rename(Place from, Place to, RenameMode mode) throws IOException {
    names.rename(from, to, mode);
  }

  @Override
  public Opened open(long inode, boolean forWriting) throws IOException {
    Attributes attributes = orphans.opened(inode).attributes(inode);
    if (attributes.kind() == FileKind.DIRECTORY) {
      orphans.unused(inode, 1);
      throw new DriveException(IS_DIRECTORY, "inode " + inode);
    }
    return new Opened(open.add(new OpenFiles.OpenFile(inode, forWriting)), attributes);
  }

  @Override
  public int read(long handle, long offset, ByteBuffer target) throws IOException {
    long inode = open.get(handle).inode();
    try {
      return data.read(inode, offset, target);
    } catch (KithException e) {
      throw new IOException("inode " + inode + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int readLocal(long handle, long offset, ByteBuffer target) throws IOException {
    return data.readLocal(open.get(handle).inode(), offset, target);
  }

  @Override
  public Optional<Range> readAround(long handle, Range wanted, ByteBuffer target)
      throws IOException {
    return data.readAround(open.get(handle).inode(), wanted, target);
  }

  @Override
  public boolean mayWait(long inode) {
    return false;
  }

  @Override
  public void write(long handle, long offset, ByteBuffer source) throws IOException {
    long inode = forWriting(handle);
    gate.admit(source.remaining());
    data.write(inode, offset, source);
  }

  @Override
  public boolean tryWrite(long handle, long offset, ByteBuffer source) throws IOException {
    long inode = forWriting(handle);
    if (!gate.admits(source.remaining())) {
      return false;
    }
    data.write(inode, offset, source);
    return true;
  }

  @Override
  public void allocate(long handle, long offset, long length, AllocateMode mode)
      throws IOException {
    long inode = forWriting(handle);
    if (mode != AllocateMode.PUNCH_HOLE) {
      gate.admitNow(data.unallocated(inode, offset, length));
    }
    data.allocate(inode, offset, length, mode);
  }

  private long forWriting(long handle) throws DriveException {
    OpenFiles.OpenFile file = open.get(handle);
    if (!file.writable()) {
      throw new DriveException(BAD_HANDLE, "handle " + handle + " is open for reading");
    }
    return file.inode();
  }

  @Override
  public long seek(long handle, long offset, SeekTo what) throws IOException {
    return data.seek(open.get(handle).inode(), offset, what);
  }

  @Override
  public void sync(long inode) throws IOException {
    data.sync(inode);
  }

  @Override
  public void release(long handle) throws IOException {
    orphans.unused(open.remove(handle).inode(), 1);
  }

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    readDirectory(directory, cookie, null, visitor);
  }

  /** As above, with an entry that is in no row, unless it is null. */
  void readDirectory(long directory, long cookie, LiveListing.Extra extra, EntryVisitor visitor)
      throws IOException {
    InodeRow row = live.inode(directory);
    if (row.kind() != FileKind.DIRECTORY) {
      throw new DriveException(DriveException.Reason.NOT_DIRECTORY, "inode " + directory);
    }
    listing.list(directory, cookie, extra, visitor);
    accessTimes.read(directory, row);
  }

  @Override
  public Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    return xattrs.get(inode, name);
  }

  @Override
  public void setXattr(long inode, byte[] name, byte[] value, XattrMode mode) throws IOException {
    gate.admitRows();
    xattrs.set(inode, name, value, mode);
  }

  @Override
  public List<byte[]> xattrNames(long inode) throws IOException {
    return tree.xattrs(inode).stream().map(Xattr::name).toList();
  }

  @Override
  public void removeXattr(long inode, byte[] name) throws IOException {
    xattrs.remove(inode, name);
  }

  @Override
  public Space space() throws IOException {
    return spaceSource.space();
  }

  @Override
  public void reference(long inode) throws IOException {
    orphans.use(inode);
  }

  @Override
  public void forget(long inode, long count) throws IOException {
    orphans.unused(inode, count);
  }

  @Override
  public void forgetAll() throws IOException {
    accessTimes.write();
    orphans.unusedBut(open.inodes());
  }

  @Override
  public void clearPrivileges(long inode) throws IOException {
    meta.clearPrivileges(inode);
  }
}
