package kith.fs;

import static kith.fs.DriveException.Reason.IS_DIRECTORY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kith.index.Table;
import kith.index.Update;

/**
 * Brings files into the live tree that are whole: rows, extended attributes and extents of many
 * files in one update, or of one in place of another. The chunks that extents name are on the disk.
 * Tells the kernel what it may have known otherwise. Safe for many threads.
 */
final class ImportTree {
  private final LiveTree live;
  private final Orphans orphans;
  private final OpenFiles open;
  private final AccessTimes accessTimes;
  private final KernelNames kernel;

  /**
   * @param open where files without a name are kept from being purged
   */
  ImportTree(
      LiveTree live, Orphans orphans, OpenFiles open, AccessTimes accessTimes, KernelNames kernel) {
    this.live = live;
    this.orphans = orphans;
    this.open = open;
    this.accessTimes = accessTimes;
    this.kernel = kernel;
  }

  /** A file under a name. */
  record Named(FileName name, ImportedNode node) {}

  /** The file that has a name, or null. */
  LiveTree.Dirent find(long directory, FileName name) throws IOException {
    return live.find(directory, name);
  }

  InodeRow row(long inode) throws IOException {
    return live.inode(inode);
  }

  /** Whether bytes of a file are gone. */
  boolean isDamaged(long inode) throws IOException {
    return DamageMarks.isMarked(live.rows, inode);
  }

  long newNumber() throws IOException {
    return live.numbers.next();
  }

  Timestamp now() {
    return live.now();
  }

  /**
   * Puts files into a directory, in one update.
   *
   * @return those whose names are taken: they were not put there
   */
  List<Named> put(long directory, List<Named> files) throws IOException {
    List<Named> added = new ArrayList<>();
    List<Named> taken = new ArrayList<>();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory)) {
      InodeRow parent = live.directory(directory);
      live.ancestry.directoryChanges(directory);
      Update update = new Update();
      for (Named file : files) {
        boolean free = live.find(directory, file.name()) == null;
        (free ? added : taken).add(file);
        if (free) {
          add(update, directory, file);
        }
      }
      if (!added.isEmpty()) {
        live.put(update, directory, Namespace.changed(parent, 0, live.now()));
        live.rows.apply(update);
      }
    }
    for (Named file : added) {
      tellName(directory, file.name());
    }
    tellAttributes(directory);
    return taken;
  }

  private void add(Update update, long directory, Named file) throws IOException {
    ImportedNode node = file.node();
    live.put(update, node.inode(), node.row());
    if (node.begun()) {
      orphans.linkedAgain(update, node.inode());
    }
    for (Xattr xattr : node.xattrs()) {
      update.put(Table.XATTRS, RowKeys.of(node.inode(), xattr.name()), xattr.value());
    }
    node.extents().forEach(extent -> Extents.put(update, node.inode(), extent));
    var entry = new LiveTree.Dirent(node.inode(), node.row().kind());
    live.addFirstName(update, directory, file.name(), entry);
  }

  /** Puts a file in the place of whatever has its name; IS_DIRECTORY if that is a directory. */
  void replace(long directory, Named file) throws IOException {
    while (!tryReplace(directory, file)) {
      Thread.onSpinWait();
    }
  }

  private boolean tryReplace(long directory, Named file) throws IOException {
    LiveTree.Dirent there = live.find(directory, file.name());
    long locked = there == null ? directory : there.inode();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory, locked)) {
      if (!Objects.equals(there, live.find(directory, file.name()))) {
        return false;
      }
      InodeRow parent = live.directory(directory);
      live.ancestry.directoryChanges(directory);
      Update update = new Update();
      takeAway(update, directory, file.name(), there);
      add(update, directory, file);
      int more = file.node().row().kind() == FileKind.DIRECTORY ? 1 : 0;
      live.put(update, directory, Namespace.changed(parent, more, live.now()));
      live.rows.apply(update);
    }
    gone(there);
    tellName(directory, file.name());
    tellAttributes(directory);
    return true;
  }

  /** Takes a name from a file that another gets. */
  private void takeAway(Update update, long directory, FileName name, LiveTree.Dirent there)
      throws IOException {
    if (there == null) {
      return;
    }
    if (there.kind() == FileKind.DIRECTORY) {
      throw new DriveException(IS_DIRECTORY, name + " is a folder in the drive");
    }
    live.ancestry.inodeChanges(there.inode());
    live.forgetParent(update, there.inode(), directory);
    orphans.dropLink(update, there.inode());
  }

  private void gone(LiveTree.Dirent there) throws IOException {
    if (there != null) {
      tellAttributes(there.inode());
      orphans.purgeIfUnused(there.inode());
    }
  }

  /**
   * Finds a directory, or makes it, in the place of a file if there is one.
   *
   * @param fresh its row if it is made
   * @return its number, and whether it was made
   */
  Made makeDirectory(long directory, FileName name, InodeRow fresh) throws IOException {
    LiveTree.Dirent there = live.find(directory, name);
    if (there != null && there.kind() == FileKind.DIRECTORY) {
      return new Made(there.inode(), false);
    }
    var node = new ImportedNode(newNumber(), fresh, List.of(), List.of(), false);
    replace(directory, new Named(name, node));
    return new Made(node.inode(), true);
  }

  /**
   * A directory.
   *
   * @param fresh whether it was made just now
   */
  record Made(long inode, boolean fresh) {}

  /** Gives a file another name, in the place of whatever has it, a directory excepted. */
  void link(long directory, FileName name, long inode) throws IOException {
    while (!tryLink(directory, name, inode)) {
      Thread.onSpinWait();
    }
  }

  private boolean tryLink(long directory, FileName name, long inode) throws IOException {
    LiveTree.Dirent there = live.find(directory, name);
    if (there != null && there.inode() == inode) {
      return true;
    }
    long locked = there == null ? directory : there.inode();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory, inode, locked)) {
      if (!Objects.equals(there, live.find(directory, name))) {
        return false;
      }
      InodeRow row = live.inode(inode);
      if (row.nlink() == 0) {
        throw new DriveException(DriveException.Reason.NOT_FOUND, "its first name has gone");
      }
      if (row.nlink() >= Namespace.MAX_LINKS) {
        throw new DriveException(DriveException.Reason.TOO_MANY_LINKS, "it has too many names");
      }
      InodeRow parent = live.directory(directory);
      live.ancestry.inodeChanges(inode);
      live.ancestry.directoryChanges(directory);
      Update update = new Update();
      takeAway(update, directory, name, there);
      live.put(update, inode, row.withNlink(row.nlink() + 1, live.now()));
      live.addName(update, directory, name, new LiveTree.Dirent(inode, row.kind()));
      live.put(update, directory, Namespace.changed(parent, 0, live.now()));
      live.rows.apply(update);
    }
    gone(there);
    tellName(directory, name);
    tellAttributes(inode);
    tellAttributes(directory);
    return true;
  }

  /**
   * Gives a file the attributes of its source, but for its content.
   *
   * @return whether they were others
   */
  boolean adapt(long inode, Attributes wanted, List<Xattr> xattrs) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      Update update = new Update();
      adaptXattrs(update, inode, xattrs);
      boolean same =
          row.mode() == wanted.mode()
              && row.uid() == wanted.uid()
              && row.gid() == wanted.gid()
              && row.mtime().equals(wanted.mtime());
      if (same && update.isEmpty()) {
        return false;
      }
      live.ancestry.inodeChanges(inode);
      Timestamp now = live.now();
      live.put(
          update,
          inode,
          row.withMode(wanted.mode(), now)
              .withOwner(wanted.uid(), wanted.gid(), now)
              .withTimes(wanted.atime(), wanted.mtime(), now));
      live.rows.apply(update);
      accessTimes.forget(inode);
    }
    tellAttributes(inode);
    return true;
  }

  private void adaptXattrs(Update update, long inode, List<Xattr> xattrs) throws IOException {
    Map<byte[], byte[]> missing = new TreeMap<>(Arrays::compareUnsigned);
    xattrs.forEach(xattr -> missing.put(RowKeys.of(inode, xattr.name()), xattr.value()));
    live.rows.scan(
        Table.XATTRS,
        RowKeys.of(inode),
        RowKeys.of(inode + 1),
        (key, value) -> {
          byte[] wanted = missing.get(key);
          if (wanted == null) {
            update.delete(Table.XATTRS, key);
          } else if (Arrays.equals(wanted, value)) {
            missing.remove(key);
          }
          return true;
        });
    missing.forEach((key, value) -> update.put(Table.XATTRS, key, value));
  }

  /**
   * Adds extents to a file that has no name yet.
   *
   * @param handle of the file, or 0 to begin it
   * @return its handle, for {@link #end}
   */
  long extend(long handle, ImportedNode part) throws IOException {
    long inode = part.inode();
    long known = handle;
    if (known == 0) {
      orphans.use(inode);
      known = open.add(new OpenFiles.OpenFile(inode, true));
    }
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      Update update = new Update();
      if (handle == 0) {
        live.put(update, inode, part.row().withNlink(0, live.now()));
        orphans.add(update, inode);
      }
      part.extents().forEach(extent -> Extents.put(update, inode, extent));
      live.rows.apply(update);
    }
    return known;
  }

  /** Ends what {@link #extend} began: if the file got no name it goes. */
  void end(long handle) throws IOException {
    orphans.unused(open.remove(handle).inode(), 1); // looks whether it has a name
  }

  private void tellName(long directory, FileName name) {
    if (isKnown(directory)) {
      kernel.nameChanged(directory, name);
    }
  }

  private void tellAttributes(long inode) {
    if (isKnown(inode)) {
      kernel.attributesChanged(inode);
    }
  }

  /** Whether the kernel may have asked for it; it is told of nothing else. */
  private boolean isKnown(long inode) {
    return inode == FileSystem.ROOT || orphans.isKnown(inode);
  }
}
