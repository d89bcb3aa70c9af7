package kith.fs;

import static kith.fs.DriveException.Reason.BUSY;
import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.NOT_PERMITTED;
import static kith.fs.DriveException.Reason.READ_ONLY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The mounted filesystem: the live tree, and the past under the folder of snapshots in its root.
 * Here calls are told apart, by numbers of inodes and handles: those of the past begin at {@link
 * InodeNumbers#LIMIT}. Safe for many threads.
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

  /**
   * The live tree of a drive that comes back from its partners.
   *
   * @param tree read-only; inodes are those of the live tree as {@link SnapshotTrees#LIVE} has them
   * @param isHere whether all of it is in the rows by now
   */
  record Returning(FileSystem tree, BooleanSupplier isHere) {}

  private final LiveFileSystem live;
  private final SnapshotFolder past;
  private final Optional<Returning> returning;
  private final FileSafety safety;

  /**
   * @param returning what shows the live tree until it is here
   */
  Drive(
      LiveFileSystem live, SnapshotFolder past, Optional<Returning> returning, FileSafety safety) {
    this.live = live;
    this.past = past;
    this.returning = returning;
    this.safety = safety;
  }

  /** Where an inode or handle is, and the number that it is known by there. */
  private record At(FileSystem files, long number) {}

  private At at(long number) {
    if (number == SNAPSHOTS) {
      return new At(past.tree(), ROOT);
    }
    if (SnapshotTrees.number(number) == SnapshotTrees.LIVE && returning.isPresent()) {
      return new At(returning.get().tree(), number); // a handle from before all was here
    }
    if (isPast(number)) {
      return new At(past.tree(), number);
    }
    return isHere()
        ? new At(live, number)
        : new At(returning.orElseThrow().tree(), SnapshotTrees.outer(SnapshotTrees.LIVE, number));
  }

  private boolean isHere() {
    return returning.isEmpty() || returning.get().isHere().getAsBoolean();
  }

  private static boolean isPast(long number) {
    return number >= InodeNumbers.LIMIT;
  }

  private static long outer(long inode) {
    if (inode == ROOT) {
      return SNAPSHOTS;
    }
    return SnapshotTrees.number(inode) == SnapshotTrees.LIVE ? inode % InodeNumbers.LIMIT : inode;
  }

  /** As the kernel knows it. */
  private Attributes outer(At at, Attributes a) {
    return at.files == live ? a : a.withInode(outer(a.inode()));
  }

  private boolean isPastFolder(long directory, FileName name) {
    return directory == ROOT && name.equals(past.name());
  }

  private void requireLive(long inode) throws IOException {
    if (isPast(inode)) {
      throw new DriveException(READ_ONLY, "snapshots do not change");
    }
    if (!isHere()) {
      throw new DriveException(
          READ_ONLY, "the drive still comes back from its partners: until then it is only read");
    }
  }

  /** A place where a name can be made. */
  private void requireFree(long directory, FileName name) throws IOException {
    requireLive(directory);
    if (isPastFolder(directory, name)) {
      throw new DriveException(EXISTS, name + " is the folder of snapshots");
    }
  }

  /** A name that can be taken away. */
  private void requireRemovable(long directory, FileName name) throws IOException {
    requireLive(directory);
    if (isPastFolder(directory, name)) {
      throw new DriveException(BUSY, name + " is the folder of snapshots");
    }
  }

  @Override
  public Attributes lookup(long directory, FileName name) throws IOException {
    return isPastFolder(directory, name) ? attributes(SNAPSHOTS) : lookup(at(directory), name);
  }

  private Attributes lookup(At at, FileName name) throws IOException {
    return outer(at, at.files.lookup(at.number, name));
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    At at = at(inode);
    return outer(at, at.files.attributes(at.number));
  }

  @Override
  public Attributes change(Caller caller, long inode, AttributeChange change) throws IOException {
    requireLive(inode);
    return live.change(caller, inode, change);
  }

  @Override
  public Opened create(Caller caller, long directory, FileName name, int mode) throws IOException {
    requireFree(directory, name);
    return live.create(caller, directory, name, mode);
  }

  @Override
  public Attributes makeNode(Caller caller, NewNode node) throws IOException {
    requireFree(node.directory(), node.name());
    return live.makeNode(caller, node);
  }

  @Override
  public Attributes makeDirectory(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    if (directory == SNAPSHOTS) {
      requireLive(ROOT);
      past.keeper().take(name);
      return lookup(directory, name);
    }
    requireFree(directory, name);
    return live.makeDirectory(caller, directory, name, mode);
  }

  @Override
  public Attributes makeSymlink(Caller caller, long directory, FileName name, byte[] target)
      throws IOException {
    requireFree(directory, name);
    return live.makeSymlink(caller, directory, name, target);
  }

  @Override
  public Attributes link(long inode, long directory, FileName name) throws IOException {
    requireLive(inode);
    requireFree(directory, name);
    return live.link(inode, directory, name);
  }

  @Override
  public byte[] readSymlink(long inode) throws IOException {
    At at = at(inode);
    return at.files.readSymlink(at.number);
  }

  @Override
  public void unlink(long directory, FileName name) throws IOException {
    requireRemovable(directory, name);
    live.unlink(directory, name);
  }

  @Override
  public void removeDirectory(Caller caller, long directory, FileName name) throws IOException {
    if (directory == SNAPSHOTS) {
      past.keeper().drop(name);
      return;
    }
    requireRemovable(directory, name);
    live.removeDirectory(caller, directory, name);
  }

  @Override
  public void rename(Place from, Place to, RenameMode mode) throws IOException {
    requireRemovable(from.directory(), from.name());
    requireRemovable(to.directory(), to.name());
    live.rename(from, to, mode);
  }

  @Override
  public Opened open(long inode, boolean forWriting) throws IOException {
    At at = at(inode);
    Opened opened = at.files.open(at.number, forWriting);
    return new Opened(opened.handle(), outer(at, opened.attributes()));
  }

  @Override
  public int read(long handle, long offset, ByteBuffer target) throws IOException {
    return at(handle).files.read(handle, offset, target);
  }

  @Override
  public int readLocal(long handle, long offset, ByteBuffer target) throws IOException {
    return at(handle).files.readLocal(handle, offset, target);
  }

  @Override
  public Optional<Range> readAround(long handle, Range wanted, ByteBuffer target)
      throws IOException {
    return at(handle).files.readAround(handle, wanted, target);
  }

  @Override
  public boolean changesByItself(long inode) {
    At at = at(inode);
    return at.files.changesByItself(at.number);
  }

  @Override
  public boolean mayWait(long inode) {
    At at = at(inode);
    return at.files.mayWait(at.number);
  }

  @Override
  public void write(long handle, long offset, ByteBuffer source) throws IOException {
    at(handle).files.write(handle, offset, source);
  }

  @Override
  public boolean tryWrite(long handle, long offset, ByteBuffer source) throws IOException {
    return at(handle).files.tryWrite(handle, offset, source);
  }

  @Override
  public void allocate(long handle, long offset, long length, AllocateMode mode)
      throws IOException {
    at(handle).files.allocate(handle, offset, length, mode);
  }

  @Override
  public long seek(long handle, long offset, SeekTo what) throws IOException {
    return at(handle).files.seek(handle, offset, what);
  }

  @Override
  public void sync(long inode) throws IOException {
    At at = at(inode);
    at.files.sync(at.number);
  }

  @Override
  public void release(long handle) throws IOException {
    at(handle).files.release(handle);
  }

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    if (directory == ROOT && past.visible() && isHere()) {
      live.readDirectory(directory, cookie, new LiveListing.Extra(past.name(), SNAPSHOTS), visitor);
    } else {
      At at = at(directory);
      at.files.readDirectory(
          at.number,
          cookie,
          at.files == live
              ? visitor
              : (name, inode, kind, next) -> visitor.visit(name, outer(inode), kind, next));
    }
  }

  @Override
  public Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    return FileSafety.isReserved(name)
        ? safety.value(inode == SNAPSHOTS ? inode : at(inode).number, name)
        : xattr(at(inode), name);
  }

  private static Optional<byte[]> xattr(At at, byte[] name) throws IOException {
    return at.files.xattr(at.number, name);
  }

  @Override
  public void setXattr(long inode, byte[] name, byte[] value, XattrMode mode) throws IOException {
    requireLive(inode);
    requireUsers(name);
    live.setXattr(inode, name, value, mode);
  }

  private static void requireUsers(byte[] name) throws DriveException {
    if (FileSafety.isReserved(name)) {
      throw new DriveException(NOT_PERMITTED, "attributes of user.kith are the drive's own");
    }
  }

  @Override
  public List<byte[]> xattrNames(long inode) throws IOException {
    At at = at(inode);
    return at.files.xattrNames(at.number);
  }

  @Override
  public void removeXattr(long inode, byte[] name) throws IOException {
    requireLive(inode);
    requireUsers(name);
    live.removeXattr(inode, name);
  }

  @Override
  public Space space() throws IOException {
    return live.space();
  }

  @Override
  public void reference(long inode) throws IOException {
    (isPast(inode) ? past.tree() : live).reference(inode);
  }

  @Override
  public void forget(long inode, long count) throws IOException {
    (isPast(inode) ? past.tree() : live).forget(inode, count);
  }

  @Override
  public void forgetAll() throws IOException {
    live.forgetAll();
  }

  @Override
  public void clearPrivileges(long inode) throws IOException {
    At at = at(inode);
    at.files.clearPrivileges(at.number);
  }
}
