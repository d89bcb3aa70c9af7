package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import kith.codec.KithException;
import kith.codec.PackKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the NODES table of a tree while it is built: takes each directory that is done, finds in
 * what it differs from what was noted last, and merges the changed rows into the table, some tens
 * of thousands at a time. A row too many is harmless, since whoever follows it looks whether the
 * name leads back to the inode; a missing one is not. For one thread.
 */
final class TreeBuilderNodes {
  private static final Logger LOG = LoggerFactory.getLogger(TreeBuilderNodes.class);

  /** A row to remove, unless the inode has meanwhile got another. */
  private static final byte[] REMOVED = {};

  private final PageCache pages;
  private final ChunkSink sink;
  private final TreeMemo memo;
  private final ReadTree source;
  private final int maxPending;
  private final NavigableMap<byte[], byte[]> puts = new TreeMap<>(Arrays::compareUnsigned);
  private final NavigableMap<byte[], byte[]> removals = new TreeMap<>(Arrays::compareUnsigned);
  private final Map<Long, byte[]> notes = new HashMap<>();
  private final Page empty;
  private ChunkRef root;

  /**
   * @param source the tree that is built, to see which directories still exist
   * @param maxPending rows, and notes, that are held in memory
   */
  TreeBuilderNodes(PageCache pages, ChunkSink sink, TreeMemo memo, ReadTree source, int maxPending)
      throws IOException, KithException {
    this.pages = pages;
    this.sink = sink;
    this.memo = memo;
    this.source = source;
    this.maxPending = maxPending;
    empty = Page.open(new PageBuilder(PageKind.DIRECTORY, 0).take(), PageKind.DIRECTORY);
    Optional<ChunkRef> noted = memo.nodes();
    root =
        noted.isPresent()
            ? noted.get()
            : new SortedWriter(sink, PackKind.TREE, PageKind.NODES).finish();
  }

  /** Takes a large file whose content has been written. */
  void file(long inode, byte[] note) throws IOException, KithException {
    noted(inode, note);
  }

  /** Takes a directory that is done. */
  void directory(long inode, DirectoryRef ref) throws IOException, KithException {
    Page now = pages.page(ref.root(), PageKind.DIRECTORY);
    SortedDiff.Visitor visitor = (name, before, after) -> differs(inode, name, before, after);
    try {
      SortedDiff.visit(pages, former(inode), now, visitor);
    } catch (KithException e) {
      LOG.info("directory {} is compared with nothing: {}", inode, e.getMessage());
      SortedDiff.visit(pages, empty, now, visitor);
    }
    noted(inode, ref.toBytes());
  }

  private void noted(long inode, byte[] note) throws IOException, KithException {
    notes.put(inode, note);
    if (notes.size() >= maxPending) {
      checkpoint();
    }
  }

  /** Merges all rows, lets the memo have the notes, and returns the root of the table. */
  ChunkRef checkpoint() throws IOException, KithException {
    merge();
    if (!notes.isEmpty()) {
      memo.noted(Map.copyOf(notes), root);
      notes.clear();
    }
    return root;
  }

  private Page former(long inode) throws IOException, KithException {
    Optional<ChunkRef> former = formerRoot(inode);
    return former.isPresent() ? pages.page(former.get(), PageKind.DIRECTORY) : empty;
  }

  /** The table of a directory that was noted last. */
  Optional<ChunkRef> formerRoot(long inode) throws IOException, KithException {
    Optional<TreeMemo.Note> note = memo.note(inode);
    return note.isPresent()
        ? Optional.of(DirectoryRef.ofBytes(note.get().bytes()).root())
        : Optional.empty();
  }

  private void differs(long directory, byte[] name, byte[] before, byte[] after)
      throws IOException, KithException {
    byte[] row = new TreeNodeRow(directory, TreeNodeRow.name(name)).toBytes();
    TreeRecord was = before == null ? null : TreeRecord.ofBytes(before);
    TreeRecord is = after == null ? null : TreeRecord.ofBytes(after);
    if (is != null) {
      puts.put(TreeNodeRow.key(is.attributes().inode()), row);
    }
    if (was != null && (is == null || is.attributes().inode() != was.attributes().inode())) {
      remove(was, row);
    }
    if (puts.size() + removals.size() >= maxPending) {
      merge();
    }
  }

  private void remove(TreeRecord was, byte[] row) throws IOException, KithException {
    long inode = was.attributes().inode();
    removals.put(TreeNodeRow.key(inode), row);
    if (was.attributes().kind() == FileKind.DIRECTORY && !exists(inode)) {
      try {
        removeBelow(inode, was.directory());
      } catch (KithException e) {
        LOG.info("rows of nodes below removed directory {} stay: {}", inode, e.getMessage());
      }
    }
  }

  private boolean exists(long inode) throws IOException, KithException {
    try {
      source.attributes(inode);
      return true;
    } catch (DriveException e) {
      return false;
    }
  }

  private void removeBelow(long removed, DirectoryRef ref) throws IOException, KithException {
    Deque<Map.Entry<Long, DirectoryRef>> todo = new ArrayDeque<>();
    todo.push(Map.entry(removed, ref));
    while (!todo.isEmpty()) {
      var directory = todo.pop();
      ChunkRef entries = directory.getValue().root();
      SortedCursor cursor = new SortedReader(pages, PageKind.DIRECTORY, entries).all();
      while (cursor.next()) {
        TreeRecord record = TreeRecord.ofBytes(cursor.value());
        long inode = record.attributes().inode();
        byte[] row = new TreeNodeRow(directory.getKey(), TreeNodeRow.name(cursor.key())).toBytes();
        removals.put(TreeNodeRow.key(inode), row);
        if (record.attributes().kind() == FileKind.DIRECTORY && !exists(inode)) {
          todo.push(Map.entry(inode, record.directory()));
        }
        if (puts.size() + removals.size() >= maxPending) {
          merge();
        }
      }
    }
  }

  private void merge() throws IOException, KithException {
    SortedReader table = new SortedReader(pages, PageKind.NODES, root);
    for (var removal : removals.entrySet()) {
      Optional<byte[]> row = table.get(removal.getKey());
      if (row.isPresent() && Arrays.equals(row.get(), removal.getValue())) {
        puts.putIfAbsent(removal.getKey(), REMOVED);
      }
    }
    root = SortedEditor.apply(pages, sink, new SortedEditor.Table(PageKind.NODES, root), puts);
    puts.clear();
    removals.clear();
  }
}
