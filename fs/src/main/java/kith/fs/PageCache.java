package kith.fs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.KithException;

/**
 * Opened pages, the least recently used ones leaving first. Safe for many threads; the lock is not
 * held while a chunk is read, so that two threads may read the same page.
 */
final class PageCache {
  private final ChunkSource chunks;
  private final long maxBytes;
  private final Map<ChunkKey, Page> pages = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param maxBytes bound of the memory used; at least one page stays
   */
  PageCache(ChunkSource chunks, long maxBytes) {
    this.chunks = chunks;
    this.maxBytes = maxBytes;
  }

  /** The page in this chunk, which must be of this kind. */
  Page page(ChunkRef ref, PageKind kind) throws IOException, KithException {
    synchronized (pages) {
      Page page = pages.get(ref.key());
      if (page != null && page.kind() == kind) {
        return page;
      }
    }
    Page page = read(chunks, ref, kind);
    remember(ref.key(), page);
    return page;
  }

  /**
   * Reads a page, whole or as a patch of another, which must be whole: at most two chunks.
   *
   * @throws CorruptDataException if either is not what it should be
   */
  static Page read(ChunkSource chunks, ChunkRef ref, PageKind kind)
      throws IOException, KithException {
    byte[] chunk = chunks.chunk(ref);
    if (kind != PageKind.DIRECTORY || !PagePatch.is(chunk)) {
      return Page.open(chunk, kind);
    }
    PagePatch patch = PagePatch.ofBytes(chunk);
    byte[] base = chunks.chunk(patch.base());
    if (PagePatch.is(base)) {
      throw new CorruptDataException("patch of a page: its base is a patch, too");
    }
    return patch.apply(Page.open(base, kind));
  }

  /** The page that fence i of another page stands for. */
  Page child(Page parent, int i) throws IOException, KithException {
    Page child = page(parent.child(i), parent.kind());
    if (child.level() != parent.level() - 1) {
      throw new CorruptDataException(
          "page: level " + child.level() + " under a fence of level " + parent.level());
    }
    return child;
  }

  /** Memory used by opened pages. */
  long bytes() {
    synchronized (pages) {
      return bytes;
    }
  }

  private void remember(ChunkKey key, Page page) {
    synchronized (pages) {
      Page before = pages.put(key, page);
      bytes += page.weight() - (before == null ? 0 : before.weight());
      var eldest = pages.entrySet().iterator();
      while (bytes > maxBytes && pages.size() > 1) {
        bytes -= eldest.next().getValue().weight();
        eldest.remove();
      }
    }
  }
}
