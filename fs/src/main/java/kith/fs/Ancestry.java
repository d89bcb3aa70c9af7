package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Knows which directories changed in which epoch, so that a snapshot reuses every directory that
 * didn't. A row of TREES is
 *
 * <pre>
 *   epoch of the last change u64 | tree reference (absent while it is not known)
 * </pre>
 *
 * and a directory without a reference has only ancestors without one, changed in the same epoch or
 * later: so marking stops at the first that is marked already. Marks are applied before the change
 * that they announce, within the same operation. Safe for many threads.
 */
final class Ancestry {
  private static final int REMEMBERED = 200_000;

  private final Rows rows;
  private final Epochs epochs;
  private final Set<Long> directories = ConcurrentHashMap.newKeySet();
  private final Set<Long> children = ConcurrentHashMap.newKeySet();
  private volatile long remembered;

  Ancestry(Rows rows, Epochs epochs) {
    this.rows = rows;
    this.epochs = epochs;
  }

  /** Announces that the list of entries of a directory changes. */
  void directoryChanges(long directory) throws IOException {
    forgetOtherEpochs();
    if (!directories.contains(directory)) {
      mark(List.of(directory));
      directories.add(directory);
    }
  }

  /** Announces that attributes or content of an inode change: every directory that names it. */
  void inodeChanges(long inode) throws IOException {
    forgetOtherEpochs();
    if (!children.contains(inode)) {
      mark(parents(rows, inode));
      children.add(inode);
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

  /** The stored tree reference of a directory that has not changed since it was built. */
  static Optional<byte[]> reference(RowView rows, long directory) throws IOException {
    byte[] row = rows.get(Table.TREES, RowKeys.of(directory));
    return row == null || row.length == 8 ? Optional.empty() : Optional.of(RowKeys.rest(row));
  }

  /**
   * Remembers what a directory was built to, if it has not changed since that epoch was closed.
   *
   * @param epoch the closed epoch whose state was built
   */
  synchronized void built(long epoch, long directory, byte[] reference) throws IOException {
    byte[] row = rows.get(Table.TREES, RowKeys.of(directory));
    if (row == null || RowKeys.first(row) <= epoch) {
      rows.apply(new Update().put(Table.TREES, RowKeys.of(directory), row(epoch, reference)));
    }
  }

  private synchronized void mark(List<Long> start) throws IOException {
    long epoch = epochs.current();
    Update update = new Update();
    List<Long> waiting = new ArrayList<>(start);
    while (!waiting.isEmpty()) {
      long directory = waiting.remove(waiting.size() - 1);
      byte[] row = rows.get(Table.TREES, RowKeys.of(directory));
      if (row == null || row.length > 8 || RowKeys.first(row) < epoch) {
        update.put(Table.TREES, RowKeys.of(directory), row(epoch, new byte[0]));
        waiting.addAll(parents(rows, directory));
      }
    }
    if (!update.isEmpty()) {
      rows.apply(update);
    }
  }

  private void forgetOtherEpochs() {
    long epoch = epochs.current();
    if (remembered != epoch || directories.size() + children.size() > REMEMBERED) {
      synchronized (this) {
        directories.clear();
        children.clear();
        remembered = epoch;
      }
    }
  }

  private static byte[] row(long epoch, byte[] reference) {
    return ByteBuffer.allocate(8 + reference.length).putLong(epoch).put(reference).array();
  }
}
