package kith.fs;

import java.util.Arrays;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * One page of a sorted table, checked when it is opened: items in strictly ascending order of their
 * keys as unsigned bytes. At level 0 the items are those of the table; above, a fence per page of
 * the level below: its last key and its chunk. Format in docs/formats/trees.md. Immutable.
 */
final class Page {
  static final int VERSION = 1;

  /** Bytes before the first item: version, kind, level, 0, count of items u32. */
  static final int HEADER = 8;

  /** Where the cut rule aims. */
  static final int TARGET = 32 * 1024;

  /** No page is longer, unless it has one item only. */
  static final int MAX = 256 * 1024;

  static final int MAX_KEY = 1024;
  static final int MAX_VALUE = 64 * 1024;
  static final int MAX_LEVEL = 20;

  private final byte[] bytes;
  private final PageKind kind;
  private final int level;
  private final int[] keyStart;
  private final int[] valueStart;
  private final int[] valueEnd;
  private final Optional<ChunkRef> base;

  private Page(byte[] bytes, PageInput in, PageKind kind, Optional<ChunkRef> base)
      throws CorruptDataException {
    this.bytes = bytes;
    this.kind = kind;
    this.base = base;
    level = in.u8();
    if (level > MAX_LEVEL || in.u8() != 0) {
      throw in.corrupt("level " + level + " or reserved byte");
    }
    int count = in.count32(bytes.length / 2);
    keyStart = new int[count];
    valueStart = new int[count];
    valueEnd = new int[count];
    readItems(in);
    if (level > 0 && count == 0) {
      throw in.corrupt("no fence at level " + level);
    }
    in.end();
  }

  /**
   * Opens a page.
   *
   * @param bytes not copied; must not change
   * @throws CorruptDataException if it isn't a page of this kind
   */
  static Page open(byte[] bytes, PageKind kind) throws CorruptDataException {
    return open(bytes, kind, Optional.empty());
  }

  /** As {@link #open}, of a page that was stored as a patch of another. */
  static Page patched(byte[] bytes, PageKind kind, ChunkRef base) throws CorruptDataException {
    return open(bytes, kind, Optional.of(base));
  }

  private static Page open(byte[] bytes, PageKind kind, Optional<ChunkRef> base)
      throws CorruptDataException {
    PageInput in = new PageInput(bytes, "page");
    int version = in.u8();
    if (version != VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    PageKind found = PageKind.of(in.u8());
    if (found != kind) {
      throw in.corrupt("kind " + found + " instead of " + kind);
    }
    return new Page(bytes, in, kind, base);
  }

  private void readItems(PageInput in) throws CorruptDataException {
    for (int i = 0; i < keyStart.length; i++) {
      int keyLength = in.varint(MAX_KEY);
      int valueLength = in.varint(MAX_VALUE);
      keyStart[i] = in.position();
      valueStart[i] = keyStart[i] + keyLength;
      valueEnd[i] = valueStart[i] + valueLength;
      in.skip(keyLength + valueLength);
      if (i > 0 && compareKeys(i - 1, i) >= 0) {
        throw in.corrupt("keys out of order");
      }
    }
  }

  private int compareKeys(int i, int j) {
    return Arrays.compareUnsigned(
        bytes, keyStart[i], valueStart[i], bytes, keyStart[j], valueStart[j]);
  }

  PageKind kind() {
    return kind;
  }

  /** The whole page of which it was stored as a {@link PagePatch}; empty if it was stored whole. */
  Optional<ChunkRef> base() {
    return base;
  }

  /** Its form when stored whole; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  /** 0 for the items of the table, else the distance from them. */
  int level() {
    return level;
  }

  /** Items. */
  int count() {
    return keyStart.length;
  }

  /** Memory that it takes, in bytes, roughly. */
  int weight() {
    return bytes.length + 12 * keyStart.length + 100;
  }

  byte[] key(int i) {
    return Arrays.copyOfRange(bytes, keyStart[i], valueStart[i]);
  }

  byte[] value(int i) {
    return Arrays.copyOfRange(bytes, valueStart[i], valueEnd[i]);
  }

  /** The page of the level below that fence i stands for. */
  ChunkRef child(int i) throws CorruptDataException {
    PageInput in = new PageInput(value(i), "fence");
    ChunkRef ref = in.chunk();
    in.end();
    return ref;
  }

  /** Compares the key of item i with another. */
  int compareKey(int i, byte[] key) {
    return Arrays.compareUnsigned(bytes, keyStart[i], valueStart[i], key, 0, key.length);
  }

  /** Index of the first item whose key is at least this; {@link #count()} if there is none. */
  int ceiling(byte[] key) {
    int low = 0;
    int high = count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compareKey(middle, key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
