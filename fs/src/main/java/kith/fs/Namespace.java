package kith.fs;

import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.IS_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_EMPTY;
import static kith.fs.DriveException.Reason.TOO_MANY_LINKS;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import kith.index.Table;
import kith.index.Update;

/** Changes names in the live tree. Each call is one atomic update. Safe for many threads. */
final class Namespace {
  private static final int MAX_LINKS = 65_000;
  private static final int SETGID = 02000;

  private final LiveTree live;
  private final Orphans orphans;
  private final ReentrantLock directoryMoves = new ReentrantLock();

  Namespace(LiveTree live, Orphans orphans) {
    this.live = live;
    this.orphans = orphans;
  }

  /**
   * Makes a file of any kind.
   *
   * @param fresh its row, as {@link InodeRow#create} makes it for the caller
   */
  Attributes create(long directory, FileName name, InodeRow fresh) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory)) {
      InodeRow parent = live.directory(directory);
      live.requireFree(directory, name);
      live.ancestry.directoryChanges(directory);
      long inode = live.numbers.next();
      InodeRow row = inherit(parent, fresh);
      Update update = new Update();
      live.put(update, inode, row);
      live.addName(update, directory, name, new LiveTree.Dirent(inode, row.kind()));
      int subdirectories = row.kind() == FileKind.DIRECTORY ? 1 : 0;
      live.put(update, directory, changed(parent, subdirectories));
      live.rows.apply(update);
      return row.attributes(inode);
    }
  }

  /** Adds a name for a file that is no directory. */
  Attributes link(long inode, long directory, FileName name) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode, directory)) {
      InodeRow row = live.inode(inode);
      if (row.kind() == FileKind.DIRECTORY) {
        throw new DriveException(DriveException.Reason.NOT_PERMITTED, "a link to a directory");
      }
      if (row.nlink() == 0 && !orphans.isOpen(inode)) {
        throw new DriveException(DriveException.Reason.NOT_FOUND, "inode " + inode);
      }
      if (row.nlink() >= MAX_LINKS) {
        throw new DriveException(TOO_MANY_LINKS, "inode " + inode + " has " + row.nlink());
      }
      InodeRow parent = live.directory(directory);
      live.requireFree(directory, name);
      live.ancestry.inodeChanges(inode);
      live.ancestry.directoryChanges(directory);
      InodeRow linked = row.withNlink(row.nlink() + 1, live.now());
      Update update = new Update();
      live.put(update, inode, linked);
      live.addName(update, directory, name, new LiveTree.Dirent(inode, row.kind()));
      live.put(update, directory, changed(parent, 0));
      orphans.linkedAgain(update, inode);
      live.rows.apply(update);
      return linked.attributes(inode);
    }
  }

  /** Removes a name of a file that is no directory. */
  void unlink(long directory, FileName name) throws IOException {
    while (!tryUnlink(directory, name)) {
      Thread.onSpinWait();
    }
  }

  /** False if another file took the name before it was locked. */
  private boolean tryUnlink(long directory, FileName name) throws IOException {
    LiveTree.Dirent entry = live.require(directory, name);
    if (entry.kind() == FileKind.DIRECTORY) {
      throw new DriveException(IS_DIRECTORY, name.toString());
    }
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory, entry.inode())) {
      if (!entry.equals(live.find(directory, name))) {
        return false;
      }
      live.ancestry.inodeChanges(entry.inode());
      live.ancestry.directoryChanges(directory);
      Update update = new Update();
      live.removeName(update, directory, name, entry);
      live.put(update, directory, changed(live.directory(directory), 0));
      dropLink(update, entry.inode());
      live.rows.apply(update);
    }
    orphans.purgeIfUnused(entry.inode());
    return true;
  }

  /** Removes an empty directory. */
  void removeDirectory(long directory, FileName name) throws IOException {
    while (!tryRemoveDirectory(directory, name)) {
      Thread.onSpinWait();
    }
  }

  private boolean tryRemoveDirectory(long directory, FileName name) throws IOException {
    LiveTree.Dirent entry = live.require(directory, name);
    if (entry.kind() != FileKind.DIRECTORY) {
      throw new DriveException(NOT_DIRECTORY, name.toString());
    }
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory, entry.inode())) {
      if (!entry.equals(live.find(directory, name))) {
        return false;
      }
      requireEmpty(entry.inode(), name);
      live.ancestry.directoryChanges(directory);
      Update update = new Update();
      live.removeName(update, directory, name, entry);
      live.put(update, directory, changed(live.directory(directory), -1));
      dropDirectory(update, entry.inode());
      live.rows.apply(update);
    }
    orphans.purgeIfUnused(entry.inode());
    return true;
  }

  /** Renames, replacing a file or an empty directory at the target. */
  void rename(long directory, FileName name, long newDirectory, FileName newName)
      throws IOException {
    directoryMoves.lock();
    try {
      while (!tryRename(new Place(directory, name), new Place(newDirectory, newName))) {
        Thread.onSpinWait();
      }
    } finally {
      directoryMoves.unlock();
    }
  }

  private record Place(long directory, FileName name) {}

  private boolean tryRename(Place from, Place to) throws IOException {
    LiveTree.Dirent moved = live.require(from.directory, from.name);
    LiveTree.Dirent replaced = live.find(to.directory, to.name);
    if (replaced != null && replaced.inode() == moved.inode()) {
      return true;
    }
    long target = replaced == null ? moved.inode() : replaced.inode();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(from.directory, to.directory, moved.inode(), target)) {
      if (!moved.equals(live.find(from.directory, from.name))
          || !java.util.Objects.equals(replaced, live.find(to.directory, to.name))) {
        return false;
      }
      live.directory(to.directory);
      if (moved.kind() == FileKind.DIRECTORY) {
        requireOutside(moved.inode(), to.directory);
      }
      requireReplaceable(moved, replaced, to);
      announceRename(from, to, moved, replaced);
      live.rows.apply(renaming(from, to, moved, replaced));
    }
    if (replaced != null) {
      orphans.purgeIfUnused(replaced.inode());
    }
    return true;
  }

  private void announceRename(Place from, Place to, LiveTree.Dirent moved, LiveTree.Dirent replaced)
      throws IOException {
    live.ancestry.inodeChanges(moved.inode());
    if (replaced != null) {
      live.ancestry.inodeChanges(replaced.inode());
    }
    live.ancestry.directoryChanges(from.directory);
    live.ancestry.directoryChanges(to.directory);
  }

  private Update renaming(Place from, Place to, LiveTree.Dirent moved, LiveTree.Dirent replaced)
      throws IOException {
    Update update = new Update();
    boolean sameDirectory = from.directory == to.directory;
    int leaving = moved.kind() == FileKind.DIRECTORY && !sameDirectory ? 1 : 0;
    int going = replaced != null && replaced.kind() == FileKind.DIRECTORY ? 1 : 0;
    if (replaced != null) {
      // Its entry is not deleted but replaced, so that nobody finds the name missing.
      live.forgetParent(update, replaced.inode(), to.directory);
      if (going == 1) {
        dropDirectory(update, replaced.inode());
      } else {
        dropLink(update, replaced.inode());
      }
    }
    update.delete(Table.DIRENTS, RowKeys.of(from.directory, from.name.toBytes()));
    update.put(Table.DIRENTS, RowKeys.of(to.directory, to.name.toBytes()), moved.encode());
    if (sameDirectory) {
      live.put(update, to.directory, changed(live.directory(to.directory), -going));
    } else {
      live.moveName(update, moved.inode(), from.directory, to.directory);
      live.put(update, from.directory, changed(live.directory(from.directory), -leaving));
      live.put(update, to.directory, changed(live.directory(to.directory), leaving - going));
    }
    live.put(update, moved.inode(), live.inode(moved.inode()).touched(live.now()));
    return update;
  }

  private void requireReplaceable(LiveTree.Dirent moved, LiveTree.Dirent replaced, Place to)
      throws IOException {
    if (replaced == null) {
      return;
    }
    boolean directory = moved.kind() == FileKind.DIRECTORY;
    if (directory && replaced.kind() != FileKind.DIRECTORY) {
      throw new DriveException(NOT_DIRECTORY, to.name.toString());
    }
    if (!directory && replaced.kind() == FileKind.DIRECTORY) {
      throw new DriveException(IS_DIRECTORY, to.name.toString());
    }
    if (directory) {
      requireEmpty(replaced.inode(), to.name);
    }
  }

  /** INVALID if a directory would become its own descendant. Renames are serialised. */
  private void requireOutside(long moved, long directory) throws IOException {
    long ancestor = directory;
    while (ancestor != FileSystem.ROOT) {
      if (ancestor == moved) {
        throw new DriveException(INVALID, "a directory cannot move into itself");
      }
      List<Long> parents = Ancestry.parents(live.rows, ancestor);
      ancestor = parents.isEmpty() ? FileSystem.ROOT : parents.get(0);
    }
  }

  private void requireEmpty(long directory, FileName name) throws IOException {
    boolean[] empty = {true};
    live.rows.scan(
        Table.DIRENTS,
        RowKeys.of(directory),
        RowKeys.of(directory + 1),
        (key, value) -> {
          empty[0] = false;
          return false;
        });
    if (!empty[0]) {
      throw new DriveException(NOT_EMPTY, name.toString());
    }
  }

  private void dropLink(Update update, long inode) throws IOException {
    InodeRow row = live.inode(inode);
    live.put(update, inode, row.withNlink(row.nlink() - 1, live.now()));
    if (row.nlink() == 1) {
      orphans.add(update, inode);
    }
  }

  private void dropDirectory(Update update, long inode) throws IOException {
    live.put(update, inode, live.inode(inode).withNlink(0, live.now()));
    orphans.add(update, inode);
  }

  /** A directory whose entries change: its times, and its links for subdirectories. */
  private InodeRow changed(InodeRow directory, int subdirectories) {
    Timestamp now = live.now();
    return directory
        .withNlink(directory.nlink() + subdirectories, now)
        .withTimes(directory.atime(), now, now);
  }

  /** POSIX: in a setgid directory, files take its group and directories the bit, too. */
  private static InodeRow inherit(InodeRow parent, InodeRow row) {
    if ((parent.mode() & SETGID) == 0) {
      return row;
    }
    InodeRow inherited = row.withOwner(row.uid(), parent.gid(), row.ctime());
    return row.kind() == FileKind.DIRECTORY
        ? inherited.withMode(row.mode() | SETGID, row.ctime())
        : inherited;
  }
}
