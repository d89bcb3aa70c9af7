package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.PackKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that a table takes the place of: of a leaf that has changed in a few items only
 * these are stored, as a {@link PagePatch} of the former leaf or of what that one was a patch of.
 * For one thread.
 */
final class SortedFormer {
  private static final Logger LOG = LoggerFactory.getLogger(SortedFormer.class);

  /** A patch is at most this part (a half) of its page: more would be read twice, saving little. */
  private static final int WORTH = 2;

  private final PageCache pages;
  private final ChunkSink sink;
  private final ChunkRef root;
  private boolean readable = true;

  /**
   * @param root of the former table; what cannot be read of it is written anew
   */
  SortedFormer(PageCache pages, ChunkSink sink, ChunkRef root) {
    this.pages = pages;
    this.sink = sink;
    this.root = root;
  }

  /**
   * What to store of a leaf: itself, or a patch.
   *
   * @param leaf a page of level 0 with items
   */
  byte[] stored(byte[] leaf) throws IOException, KithException {
    Page now = Page.open(leaf, PageKind.DIRECTORY);
    Optional<Page> base = base(now.key(0));
    Optional<byte[]> changes = base.flatMap(page -> PagePatch.changes(page, now));
    if (changes.isEmpty() || WORTH * (PagePatch.HEADER + changes.get().length) > leaf.length) {
      return leaf;
    }
    // Put again, so that it stays: it may be in no tree that is kept, or in a pack that went.
    byte[] whole = base.get().bytes();
    ChunkRef kept = sink.put(PackKind.TREE, whole, 0, whole.length);
    return PagePatch.toBytes(kept, changes.get());
  }

  /** The page that a patch may start from: stored whole, with about the same keys. */
  private Optional<Page> base(byte[] key) throws IOException {
    if (!readable) {
      return Optional.empty();
    }
    try {
      Page page = pages.page(root, PageKind.DIRECTORY);
      while (page.level() > 0) {
        page = pages.child(page, Math.min(page.ceiling(key), page.count() - 1));
      }
      return Optional.of(
          page.base().isPresent() ? pages.page(page.base().get(), PageKind.DIRECTORY) : page);
    } catch (KithException e) {
      LOG.info(
          "a directory is written whole, for its former state is unreadable: {}", e.getMessage());
      readable = false;
      return Optional.empty();
    }
  }
}
