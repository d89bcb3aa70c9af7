package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.PackKind;
import org.junit.jupiter.api.Test;

class PagePatchTest {
  private final PageMemoryChunks chunks = new PageMemoryChunks();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static NavigableMap<byte[], byte[]> map() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  private static NavigableMap<byte[], byte[]> random(SplittableRandom random, int count) {
    NavigableMap<byte[], byte[]> items = map();
    for (int i = 0; i < count; i++) {
      items.put(ascii("n" + random.nextInt(1000)), ascii("value" + random.nextInt()));
    }
    return items;
  }

  private static byte[] stored(NavigableMap<byte[], byte[]> items) {
    PageBuilder page = new PageBuilder(PageKind.DIRECTORY, 0);
    items.forEach(page::add);
    return page.take();
  }

  private static Page page(NavigableMap<byte[], byte[]> items) throws Exception {
    return Page.open(stored(items), PageKind.DIRECTORY);
  }

  private static NavigableMap<byte[], byte[]> letters(String letters) {
    NavigableMap<byte[], byte[]> items = map();
    letters.chars().forEach(c -> items.put(ascii("" + (char) c), ascii("of " + (char) c)));
    return items;
  }

  private static byte[] sample() throws Exception {
    NavigableMap<byte[], byte[]> now = letters("acd");
    now.put(ascii("c"), ascii("changed"));
    return PagePatch.toBytes(
        TreeGolden.ref(7), PagePatch.changes(page(letters("abc")), page(now)).orElseThrow());
  }

  @Test
  void bytesAreThoseOfTheGoldenFile() throws Exception {
    TreeGolden.check("page-patch", sample());
  }

  @Test
  void thePatchOfTheGoldenFileIsReadBack() throws Exception {
    PagePatch patch = PagePatch.ofBytes(TreeGolden.read("page-patch"));
    assertEquals(TreeGolden.ref(7), patch.base());
    Page now = patch.apply(page(letters("abc")));
    assertEquals(3, now.count());
    assertArrayEquals(ascii("changed"), now.value(1));
    assertEquals(Optional.of(TreeGolden.ref(7)), now.base());
  }

  @Test
  void damageIsCorruptDataOrAnotherPageButNeverAnythingElse() throws Exception {
    Page base = page(letters("abc"));
    TreeGolden.fuzz(sample(), bytes -> PagePatch.ofBytes(bytes).apply(base));
  }

  @Test
  void aPatchGivesThePageThatItWasMadeFor() throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      NavigableMap<byte[], byte[]> before = random(random, random.nextInt(60));
      NavigableMap<byte[], byte[]> now = random(random, random.nextInt(1, 20));
      before.forEach((key, value) -> keep(random, now, Map.entry(key, value)));
      Page base = page(before);
      Optional<byte[]> changes = PagePatch.changes(base, page(now));
      if (changes.isPresent()) {
        byte[] patch = PagePatch.toBytes(TreeGolden.ref(1), changes.get());
        assertArrayEquals(
            stored(now), PagePatch.ofBytes(patch).apply(base).bytes(), "seed " + seed);
      } else {
        assertArrayEquals(stored(now), base.bytes(), "seed " + seed);
      }
    }
  }

  private static void keep(
      SplittableRandom random, NavigableMap<byte[], byte[]> now, Map.Entry<byte[], byte[]> item) {
    if (random.nextInt(4) > 0) {
      now.put(item.getKey(), item.getValue());
    }
  }

  /** Each flipped bit, read as a tree reads it: refused, or a page that a reader can bear. */
  @Test
  void aDamagedBaseIsCorruptDataOrAnotherPageButNeverAnythingElse() throws Exception {
    PagePatch patch = PagePatch.ofBytes(sample());
    TreeGolden.fuzz(
        stored(letters("abc")), bytes -> patch.apply(Page.open(bytes, PageKind.DIRECTORY)));
    assertRefused("level 1", patch, level1());
  }

  private static Page level1() throws Exception {
    PageBuilder page = new PageBuilder(PageKind.DIRECTORY, 1);
    page.add(ascii("b"), new PageOutput().chunk(TreeGolden.ref(1)).toBytes());
    return Page.open(page.take(), PageKind.DIRECTORY);
  }

  private static void assertRefused(String why, PagePatch patch, Page base) {
    var e = assertThrows(CorruptDataException.class, () -> patch.apply(base));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void aPatchThatWasNotMadeOfItsBaseIsRefused() throws Exception {
    PagePatch patch = PagePatch.ofBytes(sample());
    assertRefused("changes nothing", patch, page(letters("ac"))); // b is not there
    NavigableMap<byte[], byte[]> changed = letters("abc");
    changed.put(ascii("c"), ascii("changed"));
    assertRefused("changes nothing", patch, page(changed));
    NavigableMap<byte[], byte[]> none = map();
    none.put(ascii("b"), new byte[0]);
    PagePatch removal = PagePatch.ofBytes(PagePatch.toBytes(TreeGolden.ref(7), stored(none)));
    assertRefused("no item is left", removal, page(letters("b")));
  }

  @Test
  void aPageNeverGetsTooLong() throws Exception {
    NavigableMap<byte[], byte[]> before = map();
    NavigableMap<byte[], byte[]> more = map();
    for (int i = 0; i < 3; i++) {
      before.put(ascii("a" + i), new byte[Page.MAX_VALUE]);
      more.put(ascii("b" + i), new byte[Page.MAX_VALUE]);
    }
    byte[] patch = PagePatch.toBytes(TreeGolden.ref(7), stored(more));
    assertRefused("too long", PagePatch.ofBytes(patch), page(before));
  }

  /** Keys make loops impossible; a source that doesn't check them gets no further for that. */
  @Test
  void aPatchOfItselfAndALoopOfPatchesEndAtOnce() throws Exception {
    byte[] patch = sample();
    int[] reads = {0};
    ChunkSource loop =
        ref -> {
          reads[0]++;
          return patch;
        };
    var e =
        assertThrows(
            CorruptDataException.class,
            () -> PageCache.read(loop, TreeGolden.ref(7), PageKind.DIRECTORY));
    assertTrue(e.getMessage().contains("its base is a patch"), e.getMessage());
    assertEquals(2, reads[0]);
  }

  @Test
  void aPatchIsNoPageOfAnotherKindAndNoBase() throws Exception {
    byte[] changes = PagePatch.changes(page(letters("ab")), page(letters("ac"))).orElseThrow();
    ChunkRef patch = put(PagePatch.toBytes(put(stored(letters("ab"))), changes));
    ChunkRef onPatch = put(PagePatch.toBytes(patch, changes));
    assertEquals(2, PageCache.read(chunks, patch, PageKind.DIRECTORY).count());
    assertThrows(
        CorruptDataException.class, () -> PageCache.read(chunks, onPatch, PageKind.DIRECTORY));
    assertThrows(CorruptDataException.class, () -> PageCache.read(chunks, patch, PageKind.NODES));
  }

  private ChunkRef put(byte[] bytes) throws Exception {
    return chunks.put(PackKind.TREE, bytes, 0, bytes.length);
  }

  private SortedFormer former(ChunkRef root) {
    return new SortedFormer(new PageCache(chunks, 1 << 20), chunks, root);
  }

  /** A hundred items of some length. */
  private static NavigableMap<byte[], byte[]> hundred() {
    NavigableMap<byte[], byte[]> items = map();
    for (int i = 0; i < 100; i++) {
      items.put(ascii("file" + (100 + i)), new byte[100]);
    }
    return items;
  }

  @Test
  void whatHasChangedLittleIsAPatchOfAPageThatIsStoredWhole() throws Exception {
    NavigableMap<byte[], byte[]> items = hundred();
    ChunkRef whole = put(stored(items));
    ChunkRef root = whole;
    boolean wholeAgain = false;
    for (int i = 0; i < 100 && !wholeAgain; i++) {
      items.put(ascii("file" + (100 + i)), ascii("changed " + i));
      byte[] stored = former(root).stored(stored(items));
      root = put(stored);
      wholeAgain = !PagePatch.is(stored);
      assertEquals(whole, wholeAgain ? whole : PagePatch.ofBytes(stored).base());
      assertTrue(wholeAgain || 2 * stored.length <= stored(items).length);
      chunks.takeReads();
      assertArrayEquals(
          stored(items), PageCache.read(chunks, root, PageKind.DIRECTORY).bytes(), "step " + i);
      assertTrue(chunks.takeReads() <= 2);
    }
    assertTrue(wholeAgain, "patches grow without end");
  }

  @Test
  void whatIsAsBeforeIsStoredAsBefore() throws Exception {
    NavigableMap<byte[], byte[]> items = hundred();
    ChunkRef whole = put(stored(items));
    assertEquals(whole, put(former(whole).stored(stored(items))));
    items.put(ascii("new"), ascii("item"));
    ChunkRef patch = put(former(whole).stored(stored(items)));
    assertEquals(patch, put(former(patch).stored(stored(items))));
  }

  @Test
  void aBaseThatIsInNoPackAnyMoreIsStoredAgain() throws Exception {
    NavigableMap<byte[], byte[]> items = hundred();
    ChunkRef whole = put(stored(items));
    PageMemoryChunks others = new PageMemoryChunks();
    items.remove(ascii("file150"));
    SortedFormer former = new SortedFormer(new PageCache(chunks, 1 << 20), others, whole);
    PagePatch patch = PagePatch.ofBytes(former.stored(stored(items)));
    assertArrayEquals(chunks.chunk(whole), others.chunk(patch.base()));
  }

  @Test
  void whatCannotBeComparedIsStoredWhole() throws Exception {
    NavigableMap<byte[], byte[]> items = hundred();
    ChunkRef whole = put(stored(items));
    chunks.lose(whole);
    items.remove(ascii("file150"));
    assertArrayEquals(stored(items), former(whole).stored(stored(items)));
  }
}
