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

  private final long capacity;
  private final MemoryFileSystemXattrs xattrs = new MemoryFileSystemXattrs();
  private final MemoryFileSystemTree tree;
  private final Map<Long, Handle> handles = new HashMap<>();
  private long lastHandle;

  /**
   * @param capacity bytes of content that there is room for
   */
  public MemoryFileSystem(InstantSource clock, long capacity) {
    this.capacity = capacity;
    tree = new MemoryFileSystemTree(clock, xattrs);
  }

  @Override
  public synchronized Attributes lookup(long directory, FileName name) throws IOException {
    return tree.child(tree.directory(directory), name).attributes();
  }

  @Override
  public synchronized Attributes attributes(long inode) throws IOException {
    return tree.node(inode).attributes();
  }

  @Override
  public synchronized Attributes change(Caller caller, long inode, AttributeChange change)
      throws IOException {
    MemoryFileSystemNode node = tree.node(inode);
    if (change.size().isPresent()) {
      requireRegular(node);
      tree.used -= node.allocated();
      node.resize(change.size().getAsLong());
      tree.used += node.allocated();
      node.mtime = tree.now();
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
    node.ctime = change.ctime().orElse(tree.now());
    return node.attributes();
  }

  @Override
  public synchronized void clearPrivileges(long inode) throws IOException {
    MemoryFileSystemNode node = tree.node(inode);
    if (node.kind == FileKind.REGULAR) {
      clearSetId(node);
      node.xattrs.remove("security.capability");
      node.ctime = tree.now();
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
        tree.make(caller, new NewNode(directory, name, FileKind.REGULAR, mode, 0));
    return opened(file, true);
  }

  @Override
  public synchronized Attributes makeNode(Caller caller, NewNode node) throws IOException {
    return tree.make(caller, node).attributes();
  }

  @Override
  public synchronized Attributes makeDirectory(
      Caller caller, long directory, FileName name, int mode) throws IOException {
    MemoryFileSystemNode made =
        tree.make(caller, new NewNode(directory, name, FileKind.DIRECTORY, mode, 0));
    tree.directory(directory).nlink++;
    return made.attributes();
  }

  @Override
  public synchronized Attributes makeSymlink(
      Caller caller, long directory, FileName name, byte[] target) throws IOException {
    MemoryFileSystemNode made =
        tree.make(caller, new NewNode(directory, name, FileKind.SYMLINK, 0777, 0));
    made.target = target.clone();
    made.size = target.length;
    return made.attributes();
  }

  @Override
  public synchronized Attributes link(long inode, long directory, FileName name)
      throws IOException {
    MemoryFileSystemNode node = tree.node(inode);
    if (node.kind == FileKind.DIRECTORY) {
      throw new DriveException(Reason.NOT_PERMITTED, "a link to a directory");
    }
    tree.link(node, tree.directory(directory), name);
    return node.attributes();
  }

  @Override
  public synchronized byte[] readSymlink(long inode) throws IOException {
    MemoryFileSystemNode node = tree.node(inode);
    if (node.kind != FileKind.SYMLINK) {
      throw new DriveException(Reason.INVALID, "not a symbolic link");
    }
    return node.target.clone();
  }

  @Override
  public synchronized void unlink(long directory, FileName name) throws IOException {
    MemoryFileSystemNode parent = tree.directory(directory);
    MemoryFileSystemNode node = tree.child(parent, name);
    if (node.kind == FileKind.DIRECTORY) {
      throw new DriveException(Reason.IS_DIRECTORY, name.toString());
    }
    tree.remove(parent, name, node);
  }

  @Override
  public synchronized void removeDirectory(Caller caller, long directory, FileName name)
      throws IOException {
    MemoryFileSystemNode parent = tree.directory(directory);
    MemoryFileSystemNode node = tree.child(parent, name);
    MemoryFileSystemTree.requireEmptyDirectory(node, name);
    tree.remove(parent, name, node);
  }

  @Override
  public synchronized void rename(Place source, Place target, RenameMode mode) throws IOException {
    tree.rename(source, target, mode);
  }

  @Override
  public synchronized Opened open(long inode, boolean forWriting) throws IOException {
    MemoryFileSystemNode node = tree.node(inode);
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
    if (tree.used + source.remaining() > capacity) {
      throw new DriveException(Reason.NO_SPACE, "full");
    }
    long before = open.file.allocated();
    open.file.write(offset, source);
    tree.used += open.file.allocated() - before;
    open.file.mtime = tree.now();
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
    tree.used -= open.file.allocated();
    if (mode.clears()) {
      open.file.clear(offset, offset + length);
    }
    tree.used += open.file.allocated();
    if (!mode.keepsSize()) {
      open.file.size = Math.max(open.file.size, offset + length);
    }
    open.file.mtime = tree.now();
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
    tree.node(inode).uses++;
  }

  @Override
  public synchronized void forget(long inode, long count) throws IOException {
    MemoryFileSystemNode node = tree.node(inode);
    node.uses -= (int) count;
    tree.dropUnused(node);
  }

  @Override
  public synchronized void forgetAll() {
    tree.forgetAll(handles.values().stream().map(Handle::file).toList());
  }

  @Override
  public synchronized void sync(long inode) throws IOException {
    tree.node(inode);
  }

  @Override
  public synchronized void release(long handle) throws IOException {
    MemoryFileSystemNode file = handle(handle).file;
    handles.remove(handle);
    file.uses--;
    tree.dropUnused(file);
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
    MemoryFileSystemNode node = tree.directory(directory);
    var listed = new ArrayList<Listed>();
    for (var entry : node.order.tailMap(cookie + 1).entrySet()) {
      MemoryFileSystemNode child = tree.child(node, entry.getValue());
      listed.add(new Listed(entry.getValue(), child.inode, child.kind, entry.getKey()));
      if (listed.size() == PORTION) {
        return listed;
      }
    }
    return listed;
  }

  @Override
  public synchronized Optional<byte[]> xattr(long inode, byte[] name) throws IOException {
    return xattrs.get(tree.node(inode), name);
  }

  @Override
  public synchronized void setXattr(long inode, byte[] name, byte[] value, XattrMode mode)
      throws IOException {
    xattrs.set(tree.node(inode), name, value, mode);
    tree.node(inode).ctime = tree.now();
  }

  @Override
  public synchronized List<byte[]> xattrNames(long inode) throws IOException {
    return xattrs.names(tree.node(inode));
  }

  @Override
  public synchronized void removeXattr(long inode, byte[] name) throws IOException {
    xattrs.remove(tree.node(inode), name);
    tree.node(inode).ctime = tree.now();
  }

  @Override
  public synchronized Space space() {
    return new Space(capacity, capacity - tree.used, tree.size(), Integer.MAX_VALUE);
  }

  private Handle handle(long handle) throws DriveException {
    Handle open = handles.get(handle);
    if (open == null) {
      throw new DriveException(Reason.BAD_HANDLE, "handle " + handle);
    }
    return open;
  }

  private static void requireRegular(MemoryFileSystemNode node) throws DriveException {
    if (node.kind != FileKind.REGULAR) {
      throw new DriveException(
          node.kind == FileKind.DIRECTORY ? Reason.IS_DIRECTORY : Reason.INVALID, "not a file");
    }
  }
}
