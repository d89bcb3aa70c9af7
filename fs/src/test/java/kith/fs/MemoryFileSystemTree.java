package kith.fs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kith.fs.DriveException.Reason;
import kith.fs.FileSystem.NewNode;
import kith.fs.FileSystem.Place;
import kith.fs.FileSystem.RenameMode;

/** The files of {@link MemoryFileSystem} and their names, used under its lock. */
final class MemoryFileSystemTree {
  private static final int SETGID = 02000;

  private final InstantSource clock;
  private final MemoryFileSystemXattrs xattrs;
  private final Map<Long, MemoryFileSystemNode> nodes = new HashMap<>();
  private long lastInode = FileSystem.ROOT;

  /** Bytes of content in all files. */
  long used;

  MemoryFileSystemTree(InstantSource clock, MemoryFileSystemXattrs xattrs) {
    this.clock = clock;
    this.xattrs = xattrs;
    var root = new MemoryFileSystemNode(FileSystem.ROOT, FileKind.DIRECTORY, now());
    root.mode = 0755;
    nodes.put(FileSystem.ROOT, root);
  }

  MemoryFileSystemNode make(Caller caller, NewNode wanted) throws IOException {
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

  void link(MemoryFileSystemNode node, MemoryFileSystemNode directory, FileName name)
      throws DriveException {
    MemoryFileSystemNode parent = named(directory);
    requireFree(parent, name);
    parent.addEntry(name, node.inode);
    touch(parent);
    node.nlink++;
    node.ctime = now();
  }

  void remove(MemoryFileSystemNode parent, FileName name, MemoryFileSystemNode node) {
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

  /** A file without names goes with its last use. */
  void dropUnused(MemoryFileSystemNode node) {
    if (node.nlink == 0 && node.uses == 0) {
      nodes.remove(node.inode);
      used -= node.allocated();
    }
  }

  void rename(Place source, Place target, RenameMode mode) throws IOException {
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

  /** Nobody holds a file any more, but for open handles. */
  void forgetAll(Iterable<MemoryFileSystemNode> open) {
    nodes.values().forEach(node -> node.uses = 0);
    open.forEach(node -> node.uses++);
    List.copyOf(nodes.values()).forEach(this::dropUnused);
  }

  int size() {
    return nodes.size();
  }

  MemoryFileSystemNode node(long inode) throws DriveException {
    MemoryFileSystemNode node = nodes.get(inode);
    if (node == null) {
      throw new DriveException(Reason.STALE, "inode " + inode);
    }
    return node;
  }

  MemoryFileSystemNode directory(long inode) throws DriveException {
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

  MemoryFileSystemNode child(MemoryFileSystemNode directory, FileName name) throws DriveException {
    Long inode = directory.entries.get(name);
    if (inode == null) {
      throw new DriveException(Reason.NOT_FOUND, name.toString());
    }
    return node(inode);
  }

  private static void requireFree(MemoryFileSystemNode directory, FileName name)
      throws DriveException {
    if (directory.entries.containsKey(name)) {
      throw new DriveException(Reason.EXISTS, name.toString());
    }
  }

  static void requireEmptyDirectory(MemoryFileSystemNode node, FileName name)
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

  Timestamp now() {
    return Timestamp.of(clock.instant());
  }
}
