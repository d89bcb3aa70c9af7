package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;

/**
 * Records of a packed tree by inode number. Keeps the most recently used; finds any other through
 * the NODES table, which leads from an inode to its directory and name, and so on up to one that is
 * known. Safe for many threads; the lock is not held while pages are read.
 */
final class PackedTreeNodes {
  /** No path that a kernel can ask for is deeper; a longer one is a loop. */
  private static final int MAX_DEPTH = 100_000;

  private final PageCache pages;
  private final TreeRecord root;
  private final SortedReader nodes;
  private final Map<Long, TreeRecord> recent;

  /**
   * @param maxRecords how many records are kept
   */
  PackedTreeNodes(PageCache pages, TreeRoot root, int maxRecords) {
    this.pages = pages;
    this.root = root.directory();
    this.nodes = new SortedReader(pages, PageKind.NODES, root.nodes());
    this.recent =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, TreeRecord> eldest) {
            return size() > maxRecords;
          }
        };
  }

  /** The record of an inode; DriveException STALE if the tree has none. */
  TreeRecord record(long inode) throws IOException, KithException {
    Deque<TreeNodeRow> names = new ArrayDeque<>();
    Deque<Long> inodes = new ArrayDeque<>();
    long at = inode;
    Optional<TreeRecord> known = known(at);
    while (known.isEmpty()) {
      Optional<byte[]> row = nodes.get(TreeNodeRow.key(at));
      if (row.isEmpty() || names.size() == MAX_DEPTH) {
        throw stale(inode);
      }
      names.push(TreeNodeRow.ofBytes(row.get()));
      inodes.push(at);
      at = names.element().parent();
      known = known(at);
    }
    TreeRecord record = known.get();
    while (!names.isEmpty()) {
      record = follow(record, names.pop().name(), inodes.pop(), inode);
    }
    return record;
  }

  private TreeRecord follow(TreeRecord directory, FileName name, long expected, long asked)
      throws IOException, KithException {
    if (directory.attributes().kind() == FileKind.DIRECTORY) {
      Optional<TreeRecord> found = entry(directory, name);
      if (found.isPresent() && found.get().attributes().inode() == expected) {
        return found.get();
      }
    }
    throw stale(asked);
  }

  /** The entry of this name in a directory. */
  Optional<TreeRecord> entry(TreeRecord directory, FileName name)
      throws IOException, KithException {
    Optional<byte[]> value = entries(directory).get(name.toBytes());
    if (value.isEmpty()) {
      return Optional.empty();
    }
    TreeRecord record = TreeRecord.ofBytes(value.get());
    remember(record);
    return Optional.of(record);
  }

  SortedReader entries(TreeRecord directory) throws DriveException {
    return new SortedReader(pages, PageKind.DIRECTORY, directory.directory().root());
  }

  /** Keeps a record that will be asked for soon. */
  void remember(TreeRecord record) {
    synchronized (recent) {
      recent.put(record.attributes().inode(), record);
    }
  }

  private Optional<TreeRecord> known(long inode) {
    if (inode == FileSystem.ROOT) {
      return Optional.of(root);
    }
    synchronized (recent) {
      return Optional.ofNullable(recent.get(inode));
    }
  }

  private static DriveException stale(long inode) {
    return new DriveException(DriveException.Reason.STALE, "the tree has no inode " + inode);
  }
}
