package kith.fs;

import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.IS_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_FOUND;

import java.io.IOException;
import java.util.List;
import kith.fs.FileSystem.Place;
import kith.fs.FileSystem.RenameMode;
import kith.index.Table;
import kith.index.Update;

/**
 * One rename in the live tree: one atomic update. For one thread, and only one at a time in the
 * whole tree, so that directories don't move while one looks for its ancestors.
 */
final class Renaming {
  private final LiveTree live;
  private final Orphans orphans;
  private final Place from;
  private final Place to;
  private final RenameMode mode;

  Renaming(LiveTree live, Orphans orphans, Place from, Place to, RenameMode mode) {
    this.live = live;
    this.orphans = orphans;
    this.from = from;
    this.to = to;
    this.mode = mode;
  }

  /** The entry that gets another name, and the one that has it, or null. */
  private record Entries(LiveTree.Dirent moved, LiveTree.Dirent there) {
    boolean isSameFile() {
      return there != null && there.inode() == moved.inode();
    }
  }

  /** False if one of the names changed before it was locked. */
  boolean tryOnce() throws IOException {
    Entries entries = find();
    if (entries.isSameFile() && mode != RenameMode.NO_REPLACE) {
      return true; // POSIX: two names of one file stay as they are
    }
    long moved = entries.moved.inode();
    long there = entries.there == null ? moved : entries.there.inode();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(from.directory(), to.directory(), moved, there)) {
      if (!entries.equals(new Entries(live.find(from.directory(), from.name()), thereNow()))) {
        return false;
      }
      check(entries);
      announce(entries);
      live.rows.apply(mode == RenameMode.EXCHANGE ? exchange(entries) : move(entries));
    }
    if (entries.there != null) {
      orphans.purgeIfUnused(there);
    }
    return true;
  }

  private Entries find() throws IOException {
    return new Entries(live.require(from.directory(), from.name()), thereNow());
  }

  private LiveTree.Dirent thereNow() throws IOException {
    return live.find(to.directory(), to.name());
  }

  private void check(Entries entries) throws IOException {
    live.directory(to.directory());
    if (mode == RenameMode.NO_REPLACE && entries.there != null) {
      throw new DriveException(EXISTS, to.name().toString());
    }
    if (mode == RenameMode.EXCHANGE && entries.there == null) {
      throw new DriveException(NOT_FOUND, to.name().toString());
    }
    requireOutside(entries.moved, to.directory());
    if (mode == RenameMode.EXCHANGE) {
      requireOutside(entries.there, from.directory());
    } else {
      requireReplaceable(entries);
    }
  }

  private void requireReplaceable(Entries entries) throws IOException {
    if (entries.there == null) {
      return;
    }
    boolean directory = entries.moved.kind() == FileKind.DIRECTORY;
    if (directory && entries.there.kind() != FileKind.DIRECTORY) {
      throw new DriveException(NOT_DIRECTORY, to.name().toString());
    }
    if (!directory && entries.there.kind() == FileKind.DIRECTORY) {
      throw new DriveException(IS_DIRECTORY, to.name().toString());
    }
    if (directory) {
      live.requireEmpty(entries.there.inode(), to.name());
    }
  }

  /** INVALID if a directory would become its own descendant. */
  private void requireOutside(LiveTree.Dirent moved, long directory) throws IOException {
    long ancestor = moved.kind() == FileKind.DIRECTORY ? directory : FileSystem.ROOT;
    while (ancestor != FileSystem.ROOT) {
      if (ancestor == moved.inode()) {
        throw new DriveException(INVALID, "a directory cannot move into itself");
      }
      List<Long> parents = Ancestry.parents(live.rows, ancestor);
      ancestor = parents.isEmpty() ? FileSystem.ROOT : parents.get(0);
    }
  }

  private void announce(Entries entries) throws IOException {
    live.ancestry.inodeChanges(entries.moved.inode());
    if (entries.there != null) {
      live.ancestry.inodeChanges(entries.there.inode());
    }
    live.ancestry.directoryChanges(from.directory());
    live.ancestry.directoryChanges(to.directory());
  }

  private Update move(Entries entries) throws IOException {
    Update update = new Update();
    if (entries.there != null) {
      // Its entry is not deleted but replaced, so that nobody finds the name missing.
      live.forgetParent(update, entries.there.inode(), to.directory());
      if (entries.there.kind() == FileKind.DIRECTORY) {
        orphans.dropDirectory(update, entries.there.inode());
      } else {
        orphans.dropLink(update, entries.there.inode());
      }
    }
    update.delete(Table.DIRENTS, RowKeys.of(from.directory(), from.name().toBytes()));
    put(update, to, entries.moved);
    if (from.directory() != to.directory()) {
      live.moveName(update, entries.moved.inode(), from.directory(), to.directory());
    }
    touch(update, entries.moved);
    int arriving = directories(entries.moved);
    countSubdirectories(update, -arriving, arriving - directories(entries.there));
    return update;
  }

  private Update exchange(Entries entries) throws IOException {
    Update update = new Update();
    put(update, to, entries.moved);
    put(update, from, entries.there);
    if (from.directory() != to.directory()) {
      live.moveName(update, entries.moved.inode(), from.directory(), to.directory());
      live.moveName(update, entries.there.inode(), to.directory(), from.directory());
    }
    touch(update, entries.moved);
    touch(update, entries.there);
    int arriving = directories(entries.moved) - directories(entries.there);
    countSubdirectories(update, -arriving, arriving);
    return update;
  }

  private static int directories(LiveTree.Dirent entry) {
    return entry != null && entry.kind() == FileKind.DIRECTORY ? 1 : 0;
  }

  private static void put(Update update, Place at, LiveTree.Dirent entry) {
    update.put(Table.DIRENTS, RowKeys.of(at.directory(), at.name().toBytes()), entry.encode());
  }

  /** ctime of what has another name now. Its own parent may be among the directories. */
  private void touch(Update update, LiveTree.Dirent entry) throws IOException {
    live.put(update, entry.inode(), live.inode(entry.inode()).touched(live.now()));
  }

  /** Times of both directories, and how many more subdirectories each has. */
  private void countSubdirectories(Update update, int inFrom, int inTo) throws IOException {
    boolean same = from.directory() == to.directory();
    if (!same) {
      InodeRow row = live.directory(from.directory());
      live.put(update, from.directory(), Namespace.changed(row, inFrom, live.now()));
    }
    InodeRow row = live.directory(to.directory());
    live.put(
        update, to.directory(), Namespace.changed(row, same ? inFrom + inTo : inTo, live.now()));
  }
}
