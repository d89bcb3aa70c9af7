package kith.fs;

import static kith.fs.DriveException.Reason.IS_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_DIRECTORY;
import static kith.fs.DriveException.Reason.TOO_MANY_LINKS;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import kith.index.Update;

/** Changes names in the live tree. Each call is one atomic update. Safe for many threads. */
final class Namespace {
  static final int MAX_LINKS = 65_000;

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
   * @param umask permission bits that it doesn't get unless a default list says what it gets
   */
  Attributes create(FileSystem.Place at, InodeRow fresh, int umask) throws IOException {
    long directory = at.directory();
    FileName name = at.name();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(directory)) {
      InodeRow parent = live.directory(directory);
      live.requireFree(directory, name);
      live.ancestry.directoryChanges(directory);
      long inode = live.numbers.next();
      Update update = new Update();
      var inheritance = new Inheritance(live.rows, directory, parent);
      InodeRow row = inheritance.handDown(update, inode, fresh, umask);
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
      if (row.nlink() == 0 && !orphans.isUsed(inode)) {
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
      orphans.dropLink(update, entry.inode());
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
      live.requireEmpty(entry.inode(), name);
      live.ancestry.directoryChanges(directory);
      Update update = new Update();
      live.removeName(update, directory, name, entry);
      live.put(update, directory, changed(live.directory(directory), -1));
      orphans.dropDirectory(update, entry.inode());
      live.rows.apply(update);
    }
    orphans.purgeIfUnused(entry.inode());
    return true;
  }

  /** Renames; INVALID if a directory would become its own descendant. */
  void rename(FileSystem.Place from, FileSystem.Place to, FileSystem.RenameMode mode)
      throws IOException {
    directoryMoves.lock();
    try {
      var renaming = new Renaming(live, orphans, from, to, mode);
      while (!renaming.tryOnce()) {
        Thread.onSpinWait();
      }
    } finally {
      directoryMoves.unlock();
    }
  }

  /**
   * A directory whose entries change: its times, and its links for subdirectories.
   *
   * @param subdirectories how many more there are
   */
  static InodeRow changed(InodeRow directory, int subdirectories, Timestamp now) {
    return directory
        .withNlink(directory.nlink() + subdirectories, now)
        .withTimes(directory.atime(), now, now);
  }

  private InodeRow changed(InodeRow directory, int subdirectories) {
    return changed(directory, subdirectories, live.now());
  }
}
