package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;

/** Finds items of a sorted table, reading one page per level. Safe for many threads. */
final class SortedReader {
  private final PageCache pages;
  private final PageKind kind;
  private final ChunkRef root;

  SortedReader(PageCache pages, PageKind kind, ChunkRef root) {
    this.pages = pages;
    this.kind = kind;
    this.root = root;
  }

  /** Value of the item with this key. */
  Optional<byte[]> get(byte[] key) throws IOException, KithException {
    Page page = pages.page(root, kind);
    int i = page.ceiling(key);
    while (page.level() > 0 && i < page.count()) {
      page = pages.child(page, i);
      i = page.ceiling(key);
    }
    boolean found = i < page.count() && page.compareKey(i, key) == 0;
    return found ? Optional.of(page.value(i)) : Optional.empty();
  }

  /** A cursor before the first item whose key is at least {@code from}. */
  SortedCursor from(byte[] from) throws IOException, KithException {
    return SortedCursor.at(pages, pages.page(root, kind), from);
  }

  /** A cursor before the first item. */
  SortedCursor all() throws IOException, KithException {
    return from(new byte[0]);
  }
}
