package kith.fs;

import java.util.Arrays;

/**
 * Collects the items of one page and says where it must be cut. The rule depends on the item alone,
 * so that a change moves no cut but its own: item i ends its page if a hash of its key is small in
 * proportion to its length, which makes pages of {@link Page#TARGET} bytes on average. For one
 * thread.
 */
final class PageBuilder {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final PageKind kind;
  private final int level;
  private PageOutput items = new PageOutput(Page.TARGET);
  private int count;
  private byte[] lastKey;
  private boolean cut;

  PageBuilder(PageKind kind, int level) {
    this.kind = kind;
    this.level = level;
  }

  /** Whether another item fits without making the page too long. */
  boolean fits(byte[] key, byte[] value) {
    return count == 0 || Page.HEADER + items.length() + 6 + key.length + value.length <= Page.MAX;
  }

  /** Appends an item; keys must ascend. */
  void add(byte[] key, byte[] value) {
    if (key.length > Page.MAX_KEY || value.length > Page.MAX_VALUE) {
      throw new IllegalArgumentException(key.length + " + " + value.length + " is too long");
    }
    if (lastKey != null && Arrays.compareUnsigned(lastKey, key) >= 0) {
      throw new IllegalArgumentException("keys must ascend");
    }
    int before = items.length();
    items.varint(key.length).varint(value.length).raw(key).raw(value);
    count++;
    lastKey = key;
    // A fence page of one item would let levels grow without end.
    cut = (level == 0 || count > 1) && endsPage(level, key, items.length() - before);
  }

  /** Whether the last item ends the page. */
  boolean isCut() {
    return cut;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Items so far. */
  int count() {
    return count;
  }

  byte[] lastKey() {
    return lastKey;
  }

  /** The bytes of the page; the builder starts the next one, whose keys must go on ascending. */
  byte[] take() {
    PageOutput page = new PageOutput(Page.HEADER + items.length());
    page.u8(Page.VERSION).u8(kind.tag()).u8(level).u8(0).u32(count).raw(items.toBytes());
    items = new PageOutput(Page.TARGET);
    count = 0;
    cut = false;
    return page.toBytes();
  }

  /**
   * @param length of the item with its two length fields, in bytes
   */
  private static boolean endsPage(int level, byte[] key, int length) {
    return hash(level, key) * Page.TARGET < (long) length << 32;
  }

  /** 32 bits: FNV-1a of the level and the key, finished as in SplitMix64. */
  static long hash(int level, byte[] key) {
    long h = (FNV_OFFSET ^ level) * FNV_PRIME;
    for (byte b : key) {
      h = (h ^ (b & 0xff)) * FNV_PRIME;
    }
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
    return (h ^ (h >>> 31)) >>> 32;
  }
}
