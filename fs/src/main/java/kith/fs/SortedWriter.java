package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * Writes items that come in the order of their keys as the pages of a sorted table, bottom up.
 * Holds one page per level in memory. The pages depend on the items only, and not on how the table
 * came to have them; whether a leaf of a directory is stored whole or as a patch depends on what it
 * takes the place of. For one thread.
 */
final class SortedWriter {
  private final ChunkSink sink;
  private final PackKind pack;
  private final PageKind kind;
  private final Optional<SortedFormer> former;
  private final List<PageBuilder> levels = new ArrayList<>();
  private final Set<PackId> packs = new LinkedHashSet<>();
  private ChunkRef lastPage;

  /**
   * @param pack the kind of pack that the pages go to
   */
  SortedWriter(ChunkSink sink, PackKind pack, PageKind kind) {
    this(sink, pack, kind, Optional.empty());
  }

  /** A directory of which the former state may be known. */
  static SortedWriter ofDirectory(ChunkSink sink, Optional<SortedFormer> former) {
    return new SortedWriter(sink, PackKind.TREE, PageKind.DIRECTORY, former);
  }

  private SortedWriter(
      ChunkSink sink, PackKind pack, PageKind kind, Optional<SortedFormer> former) {
    this.sink = sink;
    this.pack = pack;
    this.kind = kind;
    this.former = former;
    levels.add(new PageBuilder(kind, 0));
  }

  /** Appends an item; its key must be greater than those before. Neither array may change. */
  void add(byte[] key, byte[] value) throws IOException, KithException {
    add(0, key, value);
  }

  /** Whether the next item begins a page at this level and at all below it. */
  boolean isAligned(int level) {
    for (int i = 0; i <= level && i < levels.size(); i++) {
      if (!levels.get(i).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Appends a page of another table, with all that is below it. The writer must be aligned at its
   * level, and the page have been ended by a cut, or be a last leaf.
   */
  void addPage(int level, byte[] lastKey, ChunkRef page) throws IOException, KithException {
    if (!isAligned(level)) {
      throw new IllegalStateException("not aligned at level " + level);
    }
    fence(level, lastKey, page);
  }

  /** Writes what is pending and returns the root page; nothing may be added after it. */
  ChunkRef finish() throws IOException, KithException {
    for (int level = 0; level < levels.size() - 1; level++) {
      if (!levels.get(level).isEmpty()) {
        flush(level);
      }
      // A level that has one page only needs no fence above it: that page is the root.
      if (level == levels.size() - 2 && levels.get(level + 1).count() == 1) {
        return lastPage;
      }
    }
    return put(levels.get(levels.size() - 1));
  }

  /** The packs that the pages written so far lie in. */
  Set<PackId> packs() {
    return packs;
  }

  private void add(int level, byte[] key, byte[] value) throws IOException, KithException {
    PageBuilder page = builder(level);
    if (!page.fits(key, value)) {
      flush(level);
    }
    page.add(key, value);
    if (page.isCut()) {
      flush(level);
    }
  }

  private void flush(int level) throws IOException, KithException {
    PageBuilder page = levels.get(level);
    byte[] lastKey = page.lastKey();
    fence(level, lastKey, put(page));
  }

  private void fence(int level, byte[] lastKey, ChunkRef page) throws IOException, KithException {
    lastPage = page;
    add(level + 1, lastKey, new PageOutput(ChunkRef.SIZE).chunk(page).toBytes());
  }

  private ChunkRef put(PageBuilder page) throws IOException, KithException {
    boolean leaf = page == levels.get(0) && !page.isEmpty();
    byte[] bytes = page.take();
    if (leaf && former.isPresent()) {
      bytes = former.get().stored(bytes);
    }
    ChunkRef ref = sink.put(pack, bytes, 0, bytes.length);
    packs.add(ref.pack());
    return ref;
  }

  private PageBuilder builder(int level) {
    while (levels.size() <= level) {
      levels.add(new PageBuilder(kind, levels.size()));
    }
    return levels.get(level);
  }
}
