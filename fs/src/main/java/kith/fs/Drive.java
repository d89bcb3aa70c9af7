package kith.fs;

import static kith.fs.DriveException.Reason.BUSY;
import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.NOT_PERMITTED;
import static kith.fs.DriveException.Reason.READ_ONLY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  private final LiveFileSystem live;
  private final SnapshotFolder past;
  private final FileSafety safety;

  Drive(LiveFileSystem live, SnapshotFolder past, FileSafety safety) {
    this.live = live;
    this.past = past;
    this.safety = safety;
  }

  private static boolean isPast(long number) {
    return number >= InodeNumbers.LIMIT;
  }

  /** The number that the filesystem of the snapshots knows an inode by. */
  private static long inner(long inode) {
    return inode == SNAPSHOTS ? ROOT : inode;
  }

  private FileSystem of(long number) {
    return isPast(number) ? past.tree() : live;
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
    return isPastFolder(directory, name)
        ? attributes(SNAPSHOTS)
        : of(directory).lookup(inner(directory), name);
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    return isPast(inode) ? outer(past.tree().attributes(inner(inode))) : live.attributes(inode);
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
    return of(inode).readSymlink(inner(inode));
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
    return of(inode).open(inner(inode), forWriting);
  }

  @Override
  public int read(long handle, long offset, ByteBuffer target) throws IOException {
    return of(handle).read(handle, offset, target);
  }

  @Override
  public int readLocal(long handle, long offset, ByteBuffer target) throws IOException {
    return of(handle).readLocal(handle, offset, target);
  }

  @Override
  public Optional<Range> readAround(long handle, Range wanted, ByteBuffer target)
      throws IOException {
    return of(handle).readAround(handle, wanted, target);
  }

  @Override
  public boolean changesByItself(long inode) {
    return of(inode).changesByItself(inner(inode));
  }

  @Override
  public boolean mayWait(long inode) {
    return of(inode).mayWait(inner(inode));
  }

  @Override
  public void write(long handle, long offset, ByteBuffer source) throws IOException {
    of(handle).write(handle, offset, source);
  }

  @Override
  public boolean tryWrite(long handle, long offset, ByteBuffer source) throws IOException {
    return of(handle).tryWrite(handle, offset, source);
  }

  @Override
  public void allocate(long handle, long offset, long length, AllocateMode mode)
      throws IOException {
    of(handle).allocate(handle, offset, length, mode);
  }

  @Override
  public long seek(long handle, long offset, SeekTo what) throws IOException {
    return of(handle).seek(handle, offset, what);
  }

  @Override
  public void sync(long inode) throws IOException {
    of(inode).sync(inner(inode));
  }

  @Override
  public void release(long handle) throws IOException {
    of(handle).release(handle);
  }

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    if (directory == ROOT && past.visible()) {
      live.readDirectory(directory, cookie, new LiveListing.Extra(past.name(), SNAPSHOTS), visitor);
    } else {
      of(directory).readDirectory(inner(directory), cookie, visitor);
    }
  }

  @Override
  public Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    return FileSafety.isReserved(name)
        ? safety.value(inode, name)
        : of(inode).xattr(inner(inode), name);
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
    return of(inode).xattrNames(inner(inode));
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
    of(inode).reference(inner(inode));
  }

  @Override
  public void forget(long inode, long count) throws IOException {
    of(inode).forget(inner(inode), count);
  }

  @Override
  public void forgetAll() throws IOException {
    live.forgetAll();
  }

  @Override
  public void clearPrivileges(long inode) throws IOException {
    of(inode).clearPrivileges(inner(inode));
  }
}
