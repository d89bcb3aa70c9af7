package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Knows which directories changed in which epoch, so that a snapshot reuses every directory that
 * didn't ({@link TreeRow}). When a directory is marked in an epoch, so are all its ancestors:
 * marking stops at the first that is marked already. Marks are applied before the change that they
 * announce, within the same operation. Safe for many threads.
 */
final class Ancestry {
  private static final int REMEMBERED = 200_000;

  private final Rows rows;
  private final Epochs epochs;
  private final Set<Long> directories = ConcurrentHashMap.newKeySet();
  private final Set<Long> inodes = ConcurrentHashMap.newKeySet();
  private final LongAdder announced = new LongAdder();
  private volatile long remembered;

  Ancestry(Rows rows, Epochs epochs) {
    this.rows = rows;
    this.epochs = epochs;
  }

  /** Announces that the list of entries of a directory changes. */
  void directoryChanges(long directory) throws IOException {
    forgetOtherEpochs();
    if (!directories.contains(directory)) {
      mark(List.of(directory), -1);
      directories.add(directory);
    }
  }

  /**
   * Announces that attributes or content of an inode change: the inode is marked, and every
   * directory that names it.
   */
  void inodeChanges(long inode) throws IOException {
    forgetOtherEpochs();
    if (!inodes.contains(inode)) {
      // Nothing names the root: its attributes are kept with its entries.
      mark(inode == FileSystem.ROOT ? List.of(inode) : parents(rows, inode), inode);
      inodes.add(inode);
    }
  }

  /** The directories that have names for an inode. */
  static List<Long> parents(RowView rows, long inode) throws IOException {
    List<Long> found = new ArrayList<>();
    rows.scan(
        Table.PARENTS,
        RowKeys.of(inode, 0),
        RowKeys.of(inode + 1, 0),
        (key, value) -> found.add(RowKeys.second(key)));
    return found;
  }

  /**
   * Adds notes of what was made of inodes as they stood when an epoch was closed.
   *
   * @param update takes the notes, and is applied
   */
  synchronized void note(long epoch, Map<Long, byte[]> notes, Update update) throws IOException {
    for (Map.Entry<Long, byte[]> note : notes.entrySet()) {
      if (rows.get(Table.INODES, RowKeys.of(note.getKey())) == null) {
        continue;
      }
      TreeRow row = TreeRow.of(rows, note.getKey());
      update.put(
          Table.TREES,
          RowKeys.of(note.getKey()),
          new TreeRow(row.changed(), epoch, note.getValue()).encode());
    }
    rows.apply(update);
  }

  /**
   * Forgets notes about inodes.
   *
   * @param update is completed and applied
   */
  synchronized void forget(List<Long> noted, Update update) throws IOException {
    for (long inode : noted) {
      TreeRow row = new TreeRow(TreeRow.of(rows, inode).changed(), 0, new byte[0]);
      update.put(Table.TREES, RowKeys.of(inode), row.encode());
    }
    rows.apply(update);
  }

  /**
   * Forgets all notes.
   *
   * @param update takes this up, and is applied
   */
  synchronized void forgetNotes(Update update) throws IOException {
    rows.scan(
        Table.TREES,
        new byte[0],
        null,
        (key, value) -> {
          long changed = TreeRow.of(rows, RowKeys.first(key)).changed();
          update.put(Table.TREES, key, new TreeRow(changed, 0, new byte[0]).encode());
          return true;
        });
    rows.apply(update);
  }

  /**
   * Marks directories with their ancestors.
   *
   * @param alone this inode without its ancestors, or -1
   */
  private synchronized void mark(List<Long> start, long alone) throws IOException {
    long epoch = epochs.current();
    Update update = new Update();
    if (alone >= 0) {
      // Even without a note: a snapshot of an earlier epoch may be about to make one.
      markOne(update, alone, epoch);
    }
    List<Long> waiting = new ArrayList<>(start);
    while (!waiting.isEmpty()) {
      long directory = waiting.remove(waiting.size() - 1);
      if (markOne(update, directory, epoch)) {
        waiting.addAll(parents(rows, directory));
      }
    }
    if (!update.isEmpty()) {
      rows.apply(update);
    }
  }

  /** False if it was marked in this epoch before. */
  private boolean markOne(Update update, long inode, long epoch) throws IOException {
    TreeRow row = TreeRow.of(rows, inode);
    if (row.changed() == epoch) {
      return false;
    }
    update.put(Table.TREES, RowKeys.of(inode), row.withChanged(epoch).encode());
    return true;
  }

  /** How many changes were announced since the start. */
  long announced() {
    return announced.sum();
  }

  private void forgetOtherEpochs() {
    announced.increment();
    long epoch = epochs.current();
    if (remembered != epoch || directories.size() + inodes.size() > REMEMBERED) {
      synchronized (this) {
        directories.clear();
        inodes.clear();
        remembered = epoch;
      }
    }
  }
}
