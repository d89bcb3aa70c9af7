package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.index.RowView;
import kith.index.Table;

/**
 * Counts how much of the live tree a published head has. A directory that has not changed since
 * counts as a whole; files in a directory that has changed count as not published, also those that
 * are: never more than is true is called safe. What takes too long to count is left out, the
 * deepest directories first, so that a drive with a million new files costs no more than one with
 * {@link #MOST}.
 */
final class SafetyWalk {
  /** Entries of changed directories that are looked at: about a second's work on a slow disk. */
  static final int MOST = 20_000;

  private final RowView rows;
  private final long epoch;
  private final Set<Long> damaged = new HashSet<>();
  private final Set<Long> seen = new HashSet<>();
  private final Deque<Long> waiting = new ArrayDeque<>();
  private int left;
  private final boolean moreDamaged;
  private boolean stopped;
  private long localFiles;
  private long localBytes;
  private long shippingFiles;
  private long shippingBytes;
  private long publishedFiles;
  private long publishedBytes;

  private SafetyWalk(RowView rows, long epoch, int most) throws IOException {
    this.rows = rows;
    this.epoch = epoch;
    this.left = most;
    List<Long> marked = DamageMarks.marked(rows, most);
    this.moreDamaged = marked.size() >= most;
    for (long inode : marked) {
      if (DamageMarks.isDamaged(rows, inode)) {
        damaged.add(inode);
      }
    }
  }

  /**
   * Counts the live tree.
   *
   * @param most entries of changed directories that are looked at, and damaged files
   */
  static TreeCounts count(RowView rows, int most) throws IOException {
    Optional<Published> published = Published.last(rows);
    return new SafetyWalk(rows, published.map(Published::epoch).orElse(0L), most).run();
  }

  private TreeCounts run() throws IOException {
    directory(FileSystem.ROOT);
    while (!waiting.isEmpty() && !stopped) {
      entries(waiting.remove());
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
        damaged.size(),
        stopped || moreDamaged);
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

  /** Counts a directory as a whole, or lets it wait: breadth first finds most that is published. */
  private void directory(long directory) throws IOException {
    TreeRow row = TreeRow.of(rows, directory);
    if (row.note().length == 0 || row.changed() > Math.min(row.noted(), epoch)) {
      waiting.add(directory);
      return;
    }
    DirectoryRef packed = packed(directory, row);
    publishedFiles += packed.files();
    publishedBytes = DirectoryRef.sum(publishedBytes, packed.bytes());
  }

  private void entries(long directory) throws IOException {
    rows.scan(
        Table.DIRENTS,
        RowKeys.of(directory),
        RowKeys.of(directory + 1),
        (key, value) -> {
          if (left == 0) {
            stopped = true;
            return false;
          }
          left--;
          LiveTree.Dirent entry = LiveTree.Dirent.decode(value);
          if (entry.kind() == FileKind.DIRECTORY) {
            directory(entry.inode());
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
