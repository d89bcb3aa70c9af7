package kith.fs;

import java.util.Arrays;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * A leaf of a directory that is stored as what differs from another page, its base: the changed
 * items, and with an empty value those that are gone. A base is stored whole, so that reading needs
 * two chunks at most. Format in docs/formats/trees.md. Immutable.
 *
 * @param base the chunk of the base
 * @param changes a page of level 0, as stored in the patch
 */
record PagePatch(ChunkRef base, Page changes) {
  static final int VERSION = 2;

  /** Bytes before the page of changes. */
  static final int HEADER = 1 + ChunkRef.SIZE;

  /** The value of an item that is gone. */
  private static final byte[] GONE = {};

  /** Whether a chunk has a patch and no page. */
  static boolean is(byte[] chunk) {
    return chunk.length > 0 && chunk[0] == VERSION;
  }

  /**
   * Reads a patch.
   *
   * @throws CorruptDataException if it isn't one, or not of a leaf of a directory
   */
  static PagePatch ofBytes(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "patch of a page");
    int version = in.u8();
    if (version != VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    ChunkRef base = in.chunk();
    Page changes = Page.open(Arrays.copyOfRange(bytes, HEADER, bytes.length), PageKind.DIRECTORY);
    if (changes.level() != 0 || changes.count() == 0) {
      throw in.corrupt("changes of level " + changes.level() + ", " + changes.count() + " of them");
    }
    return new PagePatch(base, changes);
  }

  /** What to store: version u8 | base | the page of changes. */
  static byte[] toBytes(ChunkRef base, byte[] changes) {
    return new PageOutput(HEADER + changes.length).u8(VERSION).chunk(base).raw(changes).toBytes();
  }

  /** The page of changes that leads from one leaf to another; empty if they have the same items. */
  static Optional<byte[]> changes(Page base, Page now) {
    PageBuilder changes = new PageBuilder(now.kind(), 0);
    int i = 0;
    int j = 0;
    while (i < base.count() || j < now.count()) {
      int order = order(base, i, now, j);
      if (order < 0) {
        changes.add(base.key(i), GONE);
      } else if (order > 0 || !Arrays.equals(base.value(i), now.value(j))) {
        changes.add(now.key(j), now.value(j));
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return changes.isEmpty() ? Optional.empty() : Optional.of(changes.take());
  }

  /**
   * The page that this stands for.
   *
   * @param whole the base
   * @throws CorruptDataException if it isn't one from which this patch can have been made, or the
   *     page would be longer than {@link Page#MAX}
   */
  Page apply(Page whole) throws CorruptDataException {
    if (whole.level() != 0) {
      throw corrupt("its base has level " + whole.level());
    }
    PageBuilder page = new PageBuilder(whole.kind(), 0);
    int i = 0;
    int j = 0;
    while (i < whole.count() || j < changes.count()) {
      int order = order(whole, i, changes, j);
      if (order < 0) {
        add(page, whole.key(i), whole.value(i));
      } else {
        byte[] value = changes.value(j);
        byte[] before = order == 0 ? whole.value(i) : GONE;
        if (Arrays.equals(value, before)) {
          throw corrupt("its change " + j + " changes nothing");
        }
        if (value.length > 0) {
          add(page, changes.key(j), value);
        }
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    if (page.isEmpty()) {
      throw corrupt("no item is left");
    }
    return Page.patched(page.take(), whole.kind(), base);
  }

  private static void add(PageBuilder page, byte[] key, byte[] value) throws CorruptDataException {
    if (!page.fits(key, value)) {
      throw corrupt("the page is too long");
    }
    page.add(key, value);
  }

  private static CorruptDataException corrupt(String what) {
    return new CorruptDataException("patch of a page: " + what);
  }

  /** Which comes first, item i of one page or j of another; what is past the end comes last. */
  private static int order(Page one, int i, Page other, int j) {
    if (i == one.count() || j == other.count()) {
      return i == one.count() ? 1 : -1;
    }
    return one.compareKey(i, other.key(j));
  }
}
