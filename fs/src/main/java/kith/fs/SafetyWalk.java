package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.index.RowView;
import kith.index.Table;

/**
 * Counts how much of the live tree a published head has. A directory that has not changed since
 * counts as a whole; files in a directory that has changed count as not published, also those that
 * are: never more than is true is called safe.
 */
final class SafetyWalk {
  private final RowView rows;
  private final long epoch;
  private final Set<Long> damaged;
  private final Set<Long> seen = new HashSet<>();
  private long localFiles;
  private long localBytes;
  private long shippingFiles;
  private long shippingBytes;
  private long publishedFiles;
  private long publishedBytes;

  private SafetyWalk(RowView rows, long epoch) throws IOException {
    this.rows = rows;
    this.epoch = epoch;
    this.damaged = new HashSet<>(DamageMarks.files(rows));
  }

  /** Counts the live tree. */
  static TreeCounts count(RowView rows) throws IOException {
    Optional<Published> published = Published.last(rows);
    return new SafetyWalk(rows, published.map(Published::epoch).orElse(0L)).run();
  }

  private TreeCounts run() throws IOException {
    Deque<Long> waiting = new ArrayDeque<>();
    waiting.push(FileSystem.ROOT);
    while (!waiting.isEmpty()) {
      directory(waiting.pop(), waiting);
    }
    for (long inode : damaged) {
      if (!seen.contains(inode)) {
        notPublished(inode);
      }
    }
    return new TreeCounts(
        localFiles,
        localBytes,
        shippingFiles,
        shippingBytes,
        publishedFiles,
        publishedBytes,
        damaged.size());
  }

  /** A damaged file that was counted with the directory that it is in. */
  private void notPublished(long inode) throws IOException {
    byte[] row = rows.get(Table.INODES, RowKeys.of(inode));
    if (row != null) {
      InodeRow file = InodeRow.decode(row);
      long names = Math.min(file.nlink(), publishedFiles);
      long bytes = Math.min(file.size(), publishedBytes / Math.max(1, names)) * names;
      publishedFiles -= names;
      publishedBytes -= bytes;
      localFiles += names;
      localBytes = DirectoryRef.sum(localBytes, bytes);
    }
  }

  private void directory(long directory, Deque<Long> waiting) throws IOException {
    TreeRow row = TreeRow.of(rows, directory);
    if (row.note().length > 0 && row.changed() <= Math.min(row.noted(), epoch)) {
      DirectoryRef packed = packed(directory, row);
      publishedFiles += packed.files();
      publishedBytes = DirectoryRef.sum(publishedBytes, packed.bytes());
      return;
    }
    rows.scan(
        Table.DIRENTS,
        RowKeys.of(directory),
        RowKeys.of(directory + 1),
        (key, value) -> {
          LiveTree.Dirent entry = LiveTree.Dirent.decode(value);
          if (entry.kind() == FileKind.DIRECTORY) {
            waiting.push(entry.inode());
          } else {
            file(entry);
          }
          return true;
        });
  }

  private static DirectoryRef packed(long directory, TreeRow row) throws IOException {
    try {
      return DirectoryRef.ofBytes(row.note());
    } catch (CorruptDataException e) {
      throw new IOException("damaged note of directory " + directory, e);
    }
  }

  private void file(LiveTree.Dirent entry) throws IOException {
    byte[] row = rows.get(Table.INODES, RowKeys.of(entry.inode()));
    long bytes = row == null || entry.kind() != FileKind.REGULAR ? 0 : InodeRow.decode(row).size();
    boolean gone = damaged.contains(entry.inode());
    if (gone) {
      seen.add(entry.inode());
    }
    if (gone || rows.get(Table.DIRTY, RowKeys.of(entry.inode())) != null) {
      localFiles++;
      localBytes = DirectoryRef.sum(localBytes, bytes);
    } else {
      shippingFiles++;
      shippingBytes = DirectoryRef.sum(shippingBytes, bytes);
    }
  }
}
