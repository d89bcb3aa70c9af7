package kith.fs;

import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import kith.codec.KithException;
import kith.codec.PackKind;

/**
 * Makes a sorted table from another and some changes, reading and writing only the pages that the
 * changes touch. The result is the very table that writing all its items anew would give. For one
 * thread.
 */
final class SortedEditor {
  private static final byte[] FIRST = {};

  private final PageCache pages;
  private final SortedWriter writer;
  private final NavigableMap<byte[], byte[]> changes;

  private SortedEditor(PageCache pages, SortedWriter writer, NavigableMap<byte[], byte[]> changes) {
    this.pages = pages;
    this.writer = writer;
    this.changes = changes;
  }

  /**
   * Applies changes.
   *
   * @param root of the old table, whose pages are TREE chunks
   * @param changes new value by key, an empty array to remove the item; ordered as unsigned bytes
   * @return root of the new table
   */
  static ChunkRef apply(
      PageCache pages, ChunkSink sink, Table root, NavigableMap<byte[], byte[]> changes)
      throws IOException, KithException {
    if (changes.isEmpty()) {
      return root.root();
    }
    SortedWriter writer = new SortedWriter(sink, PackKind.TREE, root.kind());
    SortedEditor editor = new SortedEditor(pages, writer, changes);
    editor.edit(pages.page(root.root(), root.kind()), FIRST, null);
    return writer.finish();
  }

  /** A table to edit. */
  record Table(PageKind kind, ChunkRef root) {}

  /**
   * Appends what becomes of a page.
   *
   * @param after the page's keys are greater than this, unless it is empty
   * @param to the page's last key; null for the last page of its level, which takes all greater
   *     keys
   */
  private void edit(Page page, byte[] after, byte[] to) throws IOException, KithException {
    if (page.level() == 0) {
      editLeaf(page, changesIn(after, to));
      return;
    }
    byte[] from = after;
    for (int i = 0; i < page.count(); i++) {
      byte[] last = page.key(i);
      boolean rightmost = to == null && i == page.count() - 1;
      NavigableMap<byte[], byte[]> here = changesIn(from, rightmost ? null : last);
      int level = page.level() - 1;
      // A fence page at the right edge may be shorter than a cut would have made it.
      boolean whole = here.isEmpty() && writer.isAligned(level) && (!rightmost || level == 0);
      if (whole) {
        writer.addPage(level, last, page.child(i));
      } else {
        edit(pages.child(page, i), from, rightmost ? null : last);
      }
      from = last;
    }
  }

  private NavigableMap<byte[], byte[]> changesIn(byte[] after, byte[] to) {
    NavigableMap<byte[], byte[]> tail = after.length == 0 ? changes : changes.tailMap(after, false);
    return to == null ? tail : tail.headMap(to, true);
  }

  private void editLeaf(Page page, NavigableMap<byte[], byte[]> here)
      throws IOException, KithException {
    var next = here.entrySet().iterator();
    Map.Entry<byte[], byte[]> change = next.hasNext() ? next.next() : null;
    for (int i = 0; i < page.count(); i++) {
      while (change != null && page.compareKey(i, change.getKey()) > 0) {
        put(change);
        change = next.hasNext() ? next.next() : null;
      }
      if (change == null || page.compareKey(i, change.getKey()) != 0) {
        writer.add(page.key(i), page.value(i));
      }
    }
    while (change != null) {
      put(change);
      change = next.hasNext() ? next.next() : null;
    }
  }

  private void put(Map.Entry<byte[], byte[]> change) throws IOException, KithException {
    if (change.getValue().length > 0) {
      writer.add(change.getKey(), change.getValue());
    }
  }
}
