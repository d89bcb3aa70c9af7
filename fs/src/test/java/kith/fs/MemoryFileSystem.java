package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.fs.DriveException.Reason;

/**
 * A filesystem on the heap, for tests of what stands above {@link FileSystem}. Safe for any number
 * of threads: one lock.
 */
public class MemoryFileSystem implements FileSystem {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int PORTION = 256;
  private static final int GROUP_EXECUTE = 010;

  private record Handle(MemoryFileSystemNode file, boolean writing) {}

  private final InstantSource clock;
  private final long capacity;
  private final MemoryFileSystemXattrs xattrs = new MemoryFileSystemXattrs();
  private final Map<Long, MemoryFileSystemNode> nodes = new HashMap<>();
  private final Map<Long, Handle> handles = new HashMap<>();
  private long lastInode = ROOT;
  private long lastHandle;
  private long used;

  /**
   * @param capacity bytes of content that there is room for
   */
  public MemoryFileSystem(InstantSource clock, long capacity) {
    this.clock = clock;
    this.capacity = capacity;
    var root = new MemoryFileSystemNode(ROOT, FileKind.DIRECTORY, now());
    root.mode = 0755;
    nodes.put(ROOT, root);
  }

  @Override
  public synchronized Attributes lookup(long directory, FileName name) throws IOException {
    return child(directory(directory), name).attributes();
  }

  @Override
  public synchronized Attributes attributes(long inode) throws IOException {
    return node(inode).attributes();
  }

  @Override
  public synchronized Attributes change(Caller caller, long inode, AttributeChange change)
      throws IOException {
    MemoryFileSystemNode node = node(inode);
    if (change.size().isPresent()) {
      requireRegular(node);
      used -= node.allocated();
      node.resize(change.size().getAsLong());
      used += node.allocated();
      node.mtime = now();
    }
    if (change.uid().isPresent() || change.gid().isPresent()) {
      node.uid = change.uid().orElse(node.uid);
      node.gid = change.gid().orElse(node.gid);
      clearSetId(node);
    }
    if (change.mode().isPresent()) {
      node.mode = change.mode().getAsInt();
      xattrs.adapt(node);
    }
    node.atime = change.atime().orElse(node.atime);
    node.mtime = change.mtime().orElse(node.mtime);
    node.ctime = change.ctime().orElse(now());
    return node.attributes();
  }

  @Override
  public synchronized void clearPrivileges(long inode) throws IOException {
    MemoryFileSystemNode node = node(inode);
    if (node.kind == FileKind.REGULAR) {
      clearSetId(node);
      node.xattrs.remove("security.capability");
      node.ctime = now();
    }
  }

  private static void clearSetId(MemoryFileSystemNode node) {
    if (node.kind != FileKind.DIRECTORY) {
      int kept = (node.mode & GROUP_EXECUTE) != 0 ? ~(SETUID | SETGID) : ~SETUID;
      node.mode &= kept;
    }
  }

  @Override
  public synchronized Opened create(Caller caller, long directory, FileName name, int mode)
      throws IOException {
    MemoryFileSystemNode file =
        make(caller, new NewNode(directory, name, FileKind.REGULAR, mode, 0));
    return opened(file, true);
  }

  @Override
  public synchronized Attributes makeNode(Caller caller, NewNode node) throws IOException {
    return make(caller, node).attributes();
  }

  @Override
  public synchronized Attributes makeDirectory(
      Caller caller, long directory, FileName name, int mode) throws IOException {
    MemoryFileSystemNode made =
        make(caller, new NewNode(directory, name, FileKind.DIRECTORY, mode, 0));
    directory(directory).nlink++;
    return made.attributes();
  }

  @Override
  public synchronized Attributes makeSymlink(
      Caller caller, long directory, FileName name, byte[] target) throws IOException {
    MemoryFileSystemNode made =
        make(caller, new NewNode(directory, name, FileKind.SYMLINK, 0777, 0));
    made.target = target.clone();
    made.size = target.length;
    return made.attributes();
  }

  private MemoryFileSystemNode make(Caller caller, NewNode wanted) throws IOException {
    MemoryFileSystemNode parent = named(directory(wanted.directory()));
    requireFree(parent, wanted.name());
    var made = new MemoryFileSystemNode(++lastInode, wanted.kind(), now());
    boolean inherits = (parent.mode & SETGID) != 0;
    made.uid = caller.uid();
    made.gid = inherits ? parent.gid : caller.gid();
    made.mode = wanted.mode();
    if (inherits && wanted.kind() == FileKind.DIRECTORY) {
      made.mode |= SETGID;
    }
    xattrs.inherit(parent, made, caller.umask());
    made.device = wanted.device();
    nodes.put(made.inode, made);
    parent.addEntry(wanted.name(), made.inode);
    touch(parent);
    return made;
  }

  @Override
  public synchronized Attributes link(long inode, long directory, FileName name)
      throws IOException {
    MemoryFileSystemNode node = node(inode);
    if (node.kind == FileKind.DIRECTORY) {
      throw new DriveException(Reason.NOT_PERMITTED, "a link to a directory");
    }
    MemoryFileSystemNode parent = named(directory(directory));
    requireFree(parent, name);
    parent.addEntry(name, inode);
    touch(parent);
    node.nlink++;
    node.ctime = now();
    return node.attributes();
  }

  @Override
  public synchronized byte[] readSymlink(long inode) throws IOException {
    MemoryFileSystemNode node = node(inode);
    if (node.kind != FileKind.SYMLINK) {
      throw new DriveException(Reason.INVALID, "not a symbolic link");
    }
    return node.target.clone();
  }

  @Override
  public synchronized void unlink(long directory, FileName name) throws IOException {
    MemoryFileSystemNode parent = directory(directory);
    MemoryFileSystemNode node = child(parent, name);
    if (node.kind == FileKind.DIRECTORY) {
      throw new DriveException(Reason.IS_DIRECTORY, name.toString());
    }
    remove(parent, name, node);
  }

  @Override
  public synchronized void removeDirectory(Caller caller, long directory, FileName name)
      throws IOException {
    MemoryFileSystemNode parent = directory(directory);
    MemoryFileSystemNode node = child(parent, name);
    requireEmptyDirectory(node, name);
    remove(parent, name, node);
  }

  private void remove(MemoryFileSystemNode parent, FileName name, MemoryFileSystemNode node) {
    parent.removeEntry(name);
    touch(parent);
    node.ctime = now();
    if (node.kind == FileKind.DIRECTORY) {
      parent.nlink--;
      node.nlink = 0;
    } else {
      node.nlink--;
    }
    dropUnused(node);
  }

  private void dropUnused(MemoryFileSystemNode node) {
    if (node.nlink == 0 && node.uses == 0) {
      nodes.remove(node.inode);
      used -= node.allocated();
    }
  }

  @Override
  public synchronized void rename(Place source, Place target, RenameMode mode) throws IOException {
    MemoryFileSystemNode from = directory(source.directory());
    MemoryFileSystemNode to = named(directory(target.directory()));
    MemoryFileSystemNode node = child(from, source.name());
    Long there = to.entries.get(target.name());
    if (there != null && mode == RenameMode.NO_REPLACE) {
      throw new DriveException(Reason.EXISTS, target.name().toString());
    }
    if (there != null && there == node.inode) {
      return;
    }
    MemoryFileSystemNode other = mode == RenameMode.EXCHANGE ? child(to, target.name()) : node;
    requireOutside(node, to);
    if (mode == RenameMode.EXCHANGE) {
      requireOutside(other, from);
      takeName(to, target.name(), other);
      giveName(from, source.name(), other);
    } else if (there != null) {
      replace(node, to, target.name());
    }
    takeName(from, source.name(), node);
    giveName(to, target.name(), node);
  }

  private void requireOutside(MemoryFileSystemNode node, MemoryFileSystemNode directory)
      throws DriveException {
    if (node.kind == FileKind.DIRECTORY && isBelow(node, directory.inode)) {
      throw new DriveException(Reason.INVALID, "into itself");
    }
  }

  /** The entry may have another file's number by now. */
  private void takeName(MemoryFileSystemNode from, FileName name, MemoryFileSystemNode node) {
    if (from.entries.get(name) == node.inode) {
      from.removeEntry(name);
    }
    if (node.kind == FileKind.DIRECTORY) {
      from.nlink--;
    }
    touch(from);
  }

  private void giveName(MemoryFileSystemNode to, FileName name, MemoryFileSystemNode node) {
    if (to.entries.containsKey(name)) {
      to.removeEntry(name);
    }
    to.addEntry(name, node.inode);
    if (node.kind == FileKind.DIRECTORY) {
      to.nlink++;
    }
    touch(to);
    node.ctime = now();
  }

  private void replace(MemoryFileSystemNode by, MemoryFileSystemNode parent, FileName name)
      throws IOException {
    MemoryFileSystemNode old = child(parent, name);
    if (by.kind == FileKind.DIRECTORY) {
      requireEmptyDirectory(old, name);
    } else if (old.kind == FileKind.DIRECTORY) {
      throw new DriveException(Reason.IS_DIRECTORY, name.toString());
    }
    remove(parent, name, old);
  }

  private boolean isBelow(MemoryFileSystemNode ancestor, long inode) {
    return ancestor.inode == inode
        || ancestor.entries.values().stream()
            .map(nodes::get)
            .anyMatch(child -> child.kind == FileKind.DIRECTORY && isBelow(child, inode));
  }

  @Override
  public synchronized Opened open(long inode, boolean forWriting) throws IOException {
    MemoryFileSystemNode node = node(inode);
    requireRegular(node);
    return opened(node, forWriting);
  }

  private Opened opened(MemoryFileSystemNode file, boolean writing) {
    file.uses++;
    handles.put(++lastHandle, new Handle(file, writing));
    return new Opened(lastHandle, file.attributes());
  }

  @Override
  public synchronized int read(long handle, long offset, ByteBuffer target) throws IOException {
    return handle(handle).file.read(offset, target);
  }

  @Override
  public synchronized void write(long handle, long offset, ByteBuffer source) throws IOException {
    Handle open = handle(handle);
    if (!open.writing) {
      throw new DriveException(Reason.BAD_HANDLE, "opened for reading only");
    }
    if (!source.hasRemaining()) {
      return;
    }
    if (used + source.remaining() > capacity) {
      throw new DriveException(Reason.NO_SPACE, "full");
    }
    long before = open.file.allocated();
    open.file.write(offset, source);
    used += open.file.allocated() - before;
    open.file.mtime = now();
    open.file.ctime = open.file.mtime;
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
  public synchronized void allocate(long handle, long offset, long length, AllocateMode mode)
      throws IOException {
    Handle open = handle(handle);
    if (!open.writing) {
      throw new DriveException(Reason.BAD_HANDLE, "opened for reading only");
    }
    if (offset < 0 || length <= 0) {
      throw new DriveException(Reason.INVALID, "allocate");
    }
    if (offset + length < 0) {
      throw new DriveException(Reason.FILE_TOO_LARGE, "allocate");
    }
    used -= open.file.allocated();
    if (mode.clears()) {
      open.file.clear(offset, offset + length);
    }
    used += open.file.allocated();
    if (!mode.keepsSize()) {
      open.file.size = Math.max(open.file.size, offset + length);
    }
    open.file.mtime = now();
    open.file.ctime = open.file.mtime;
  }

  @Override
  public synchronized long seek(long handle, long offset, SeekTo what) throws IOException {
    MemoryFileSystemNode file = handle(handle).file;
    long found = offset < 0 ? file.size : file.seek(offset, what == SeekTo.DATA);
    if (offset < 0 || offset >= file.size || (what == SeekTo.DATA && found == file.size)) {
      throw new DriveException(Reason.NO_SUCH_OFFSET, "seek");
    }
    return found;
  }

  @Override
  public synchronized void reference(long inode) throws IOException {
    node(inode).uses++;
  }

  @Override
  public synchronized void forget(long inode, long count) throws IOException {
    MemoryFileSystemNode node = node(inode);
    node.uses -= (int) count;
    dropUnused(node);
  }

  @Override
  public synchronized void forgetAll() {
    nodes.values().forEach(node -> node.uses = 0);
    handles.values().forEach(handle -> handle.file.uses++);
    List.copyOf(nodes.values()).forEach(this::dropUnused);
  }

  @Override
  public synchronized void sync(long inode) throws IOException {
    node(inode);
  }

  @Override
  public synchronized void release(long handle) throws IOException {
    MemoryFileSystemNode file = handle(handle).file;
    handles.remove(handle);
    file.uses--;
    dropUnused(file);
  }

  @Override
  public void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException {
    List<Listed> portion = list(directory, cookie);
    while (!portion.isEmpty()) {
      for (Listed entry : portion) {
        if (!visitor.visit(entry.name, entry.inode, entry.kind, entry.cookie)) {
          return;
        }
      }
      portion = list(directory, portion.get(portion.size() - 1).cookie);
    }
  }

  private record Listed(FileName name, long inode, FileKind kind, long cookie) {}

  private synchronized List<Listed> list(long directory, long cookie) throws IOException {
    MemoryFileSystemNode node = directory(directory);
    var listed = new ArrayList<Listed>();
    for (var entry : node.order.tailMap(cookie + 1).entrySet()) {
      MemoryFileSystemNode child = child(node, entry.getValue());
      listed.add(new Listed(entry.getValue(), child.inode, child.kind, entry.getKey()));
      if (listed.size() == PORTION) {
        return listed;
      }
    }
    return listed;
  }

  @Override
  public synchronized Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    return xattrs.get(node(inode), name);
  }

  @Override
  public synchronized void setXattr(long inode, byte[] name, byte[] value, XattrMode mode)
      throws IOException {
    xattrs.set(node(inode), name, value, mode);
    node(inode).ctime = now();
  }

  @Override
  public synchronized List<byte[]> xattrNames(long inode) throws IOException {
    return xattrs.names(node(inode));
  }

  @Override
  public synchronized void removeXattr(long inode, byte[] name) throws IOException {
    xattrs.remove(node(inode), name);
    node(inode).ctime = now();
  }

  @Override
  public synchronized Space space() {
    return new Space(capacity, capacity - used, nodes.size(), Integer.MAX_VALUE);
  }

  private MemoryFileSystemNode node(long inode) throws DriveException {
    MemoryFileSystemNode node = nodes.get(inode);
    if (node == null) {
      throw new DriveException(Reason.STALE, "inode " + inode);
    }
    return node;
  }

  private MemoryFileSystemNode directory(long inode) throws DriveException {
    MemoryFileSystemNode node = node(inode);
    if (node.kind != FileKind.DIRECTORY) {
      throw new DriveException(Reason.NOT_DIRECTORY, "inode " + inode);
    }
    return node;
  }

  /** A directory that has not been removed. */
  private static MemoryFileSystemNode named(MemoryFileSystemNode directory) throws DriveException {
    if (directory.nlink == 0) {
      throw new DriveException(Reason.NOT_FOUND, "removed");
    }
    return directory;
  }

  private MemoryFileSystemNode child(MemoryFileSystemNode directory, FileName name)
      throws DriveException {
    Long inode = directory.entries.get(name);
    if (inode == null) {
      throw new DriveException(Reason.NOT_FOUND, name.toString());
    }
    return node(inode);
  }

  private Handle handle(long handle) throws DriveException {
    Handle open = handles.get(handle);
    if (open == null) {
      throw new DriveException(Reason.BAD_HANDLE, "handle " + handle);
    }
    return open;
  }

  private static void requireFree(MemoryFileSystemNode directory, FileName name)
      throws DriveException {
    if (directory.entries.containsKey(name)) {
      throw new DriveException(Reason.EXISTS, name.toString());
    }
  }

  private static void requireRegular(MemoryFileSystemNode node) throws DriveException {
    if (node.kind != FileKind.REGULAR) {
      throw new DriveException(
          node.kind == FileKind.DIRECTORY ? Reason.IS_DIRECTORY : Reason.INVALID, "not a file");
    }
  }

  private static void requireEmptyDirectory(MemoryFileSystemNode node, FileName name)
      throws DriveException {
    if (node.kind != FileKind.DIRECTORY) {
      throw new DriveException(Reason.NOT_DIRECTORY, name.toString());
    }
    if (!node.entries.isEmpty()) {
      throw new DriveException(Reason.NOT_EMPTY, name.toString());
    }
  }

  private void touch(MemoryFileSystemNode directory) {
    directory.mtime = now();
    directory.ctime = directory.mtime;
  }

  private Timestamp now() {
    return Timestamp.of(clock.instant());
  }
}
