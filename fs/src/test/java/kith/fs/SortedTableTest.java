package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.PackKind;
import org.junit.jupiter.api.Test;

class SortedTableTest {
  private static final PageKind KIND = PageKind.NODES;
  private final PageMemoryChunks chunks = new PageMemoryChunks();

  private ChunkRef write(NavigableMap<byte[], byte[]> items) throws Exception {
    SortedWriter writer = new SortedWriter(chunks, PackKind.TREE, KIND);
    for (var item : items.entrySet()) {
      writer.add(item.getKey(), item.getValue());
    }
    return writer.finish();
  }

  private PageCache pages(long bytes) {
    return new PageCache(chunks, bytes);
  }

  private SortedReader reader(ChunkRef root) {
    return new SortedReader(pages(0), KIND, root);
  }

  private static NavigableMap<byte[], byte[]> map() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  private static NavigableMap<byte[], byte[]> items(SplittableRandom random, int count) {
    NavigableMap<byte[], byte[]> items = map();
    while (items.size() < count) {
      items.put(bytes(random, 1, 60), bytes(random, 1, 200));
    }
    return items;
  }

  private static byte[] bytes(SplittableRandom random, int min, int max) {
    byte[] bytes = new byte[random.nextInt(min, max)];
    random.nextBytes(bytes);
    return bytes;
  }

  private int levels(ChunkRef root) throws Exception {
    return pages(0).page(root, KIND).level() + 1;
  }

  @Test
  void findsEveryItemAndNothingElse() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    var items = items(random, 5_000);
    SortedReader reader = reader(write(items));
    for (var item : items.entrySet()) {
      assertArrayEquals(item.getValue(), reader.get(item.getKey()).orElseThrow());
    }
    for (int i = 0; i < 1_000; i++) {
      byte[] key = bytes(random, 0, 70);
      assertEquals(items.containsKey(key), reader.get(key).isPresent());
    }
  }

  @Test
  void readsOnePagePerLevel() throws Exception {
    var items = items(new SplittableRandom(2), 100_000);
    ChunkRef root = write(items);
    SortedReader reader = reader(root);
    int levels = levels(root);
    assertTrue(levels >= 2, "levels: " + levels);
    for (byte[] key : List.of(items.firstKey(), items.lastKey())) {
      chunks.takeReads();
      assertTrue(reader.get(key).isPresent());
      assertEquals(levels, chunks.takeReads());
    }
  }

  @Test
  void walksFromAnyKeyToTheEnd() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    var items = items(random, 3_000);
    SortedReader reader = reader(write(items));
    for (int i = 0; i < 50; i++) {
      byte[] from = bytes(random, 0, 3);
      SortedCursor cursor = reader.from(from);
      for (var item : items.tailMap(from, true).entrySet()) {
        assertTrue(cursor.next());
        assertArrayEquals(item.getKey(), cursor.key());
        assertArrayEquals(item.getValue(), cursor.value());
      }
      assertFalse(cursor.next());
    }
  }

  @Test
  void anEmptyTableHasOneEmptyPage() throws Exception {
    SortedReader reader = reader(write(map()));
    assertFalse(reader.all().next());
    assertFalse(reader.get(new byte[] {1}).isPresent());
  }

  @Test
  void theTableDependsOnItsItemsAndNotOnTheOrderOfEdits() throws Exception {
    for (long seed = 0; seed < 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      var items = items(random, random.nextInt(1, 4_000));
      ChunkRef root = write(items);
      for (int round = 0; round < 4; round++) {
        var changes = changes(random, items);
        root = SortedEditor.apply(pages(1 << 20), chunks, table(root), changes);
        applyTo(items, changes);
        assertEquals(write(items), root, "seed " + seed + ", round " + round);
      }
    }
  }

  @Test
  void theEdgesOfTallTablesAreAsIfWrittenAtOnce() throws Exception {
    byte[] value = new byte[12_000];
    for (long seed = 0; seed < 3; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      var items = map();
      while (items.size() < 400) {
        byte[] key = new byte[1000];
        random.nextBytes(key);
        items.put(key, value);
      }
      ChunkRef root = write(items);
      assertTrue(levels(root) >= 3, "levels: " + levels(root));
      List<byte[]> keys = new ArrayList<>(items.keySet());
      for (int kept = 1; kept < 400; kept += random.nextInt(1, 80)) {
        // Only the first, or only the last items stay, and a whole range of fences goes.
        boolean head = random.nextBoolean();
        var changes = map();
        List<byte[]> gone = head ? keys.subList(kept, 400) : keys.subList(0, 400 - kept);
        gone.forEach(key -> changes.put(key, new byte[0]));
        var rest = map();
        rest.putAll(items);
        applyTo(rest, changes);
        ChunkRef edited = SortedEditor.apply(pages(1 << 20), chunks, table(root), changes);
        assertEquals(write(rest), edited, "seed " + seed + ", " + kept + " kept");
      }
    }
  }

  @Test
  void theLastPageOfFencesIsNoRootWhenOnlyOneLeafOfItIsLeft() throws Exception {
    var items = map();
    for (int tried = 0; ; tried++) {
      assertTrue(tried < 300, "no table ended in a page of one fence");
      byte[] key = new byte[1000];
      key[0] = (byte) (tried >>> 8);
      key[1] = (byte) tried;
      items.put(key, new byte[30_000]);
      PageCache pages = pages(1 << 20);
      ChunkRef root = write(items);
      Page top = pages.page(root, KIND);
      if (top.level() != 2) {
        continue;
      }
      Page last = pages.child(top, top.count() - 1);
      if (last.count() == 1) {
        byte[] from = top.key(top.count() - 2);
        var changes = map();
        items.headMap(from, true).keySet().forEach(gone -> changes.put(gone, new byte[0]));
        ChunkRef edited = SortedEditor.apply(pages, chunks, table(root), changes);
        assertEquals(write(items.tailMap(from, false)), edited);
        return;
      }
    }
  }

  @Test
  void aPageOfFencesHasTwoAtLeastUnlessItIsTheLast() {
    PageBuilder page = new PageBuilder(KIND, 1);
    byte[] key = {0};
    while (PageBuilder.hash(1, key) * Page.TARGET >= 70L << 32) {
      key = Arrays.copyOf(key, key.length + 1);
    }
    page.add(key, new byte[ChunkRef.SIZE + 20]);
    assertFalse(page.isCut());
    page.add(Arrays.copyOf(key, key.length + 1), new byte[Page.MAX_VALUE]);
    assertTrue(page.isCut());
  }

  private static SortedEditor.Table table(ChunkRef root) {
    return new SortedEditor.Table(KIND, root);
  }

  private static void applyTo(
      NavigableMap<byte[], byte[]> items, NavigableMap<byte[], byte[]> changes) {
    changes.forEach(
        (key, value) -> {
          if (value.length == 0) {
            items.remove(key);
          } else {
            items.put(key, value);
          }
        });
  }

  /** Few or many changes: new items, changed ones, ranges removed, items added at the end. */
  private static NavigableMap<byte[], byte[]> changes(
      SplittableRandom random, NavigableMap<byte[], byte[]> items) {
    var changes = map();
    List<byte[]> keys = new ArrayList<>(items.keySet());
    int count = random.nextInt(3) == 0 ? random.nextInt(200) : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      byte[] old = keys.isEmpty() ? new byte[] {1} : keys.get(random.nextInt(keys.size()));
      switch (random.nextInt(4)) {
        case 0 -> changes.put(bytes(random, 1, 60), bytes(random, 1, 200));
        case 1 -> changes.put(old, bytes(random, 1, 200));
        case 2 -> changes.put(old, new byte[0]);
        default -> changes.put(Arrays.copyOf(new byte[] {-1, -1, (byte) i}, 61), new byte[9]);
      }
    }
    if (random.nextInt(5) == 0 && !keys.isEmpty()) {
      byte[] from = keys.get(random.nextInt(keys.size()));
      items.tailMap(from).keySet().stream()
          .limit(random.nextInt(4_000))
          .forEach(key -> changes.put(key, new byte[0]));
    }
    return changes;
  }

  @Test
  void anEditReadsAndWritesFewPages() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    var items = items(random, 100_000);
    ChunkRef root = write(items);
    int levels = levels(root);
    int mostWrites = 0;
    for (int i = 0; i < 50; i++) {
      var change = map();
      change.put(bytes(random, 1, 60), bytes(random, 1, 200));
      chunks.takeWrites();
      chunks.takeReads();
      SortedEditor.apply(pages(0), chunks, table(root), change);
      int writes = chunks.takeWrites();
      mostWrites = Math.max(mostWrites, writes);
      int reads = chunks.takeReads();
      assertTrue(reads <= 4 * levels, reads + " reads");
    }
    assertTrue(mostWrites >= levels && mostWrites <= 2 * levels, mostWrites + " pages written");
  }

  @Test
  void pagesAreAboutAsLongAsIntendedAndNeverTooLong() throws Exception {
    var items = items(new SplittableRandom(6), 100_000);
    long bytes = items.entrySet().stream().mapToLong(e -> e.getKey().length).sum();
    bytes += items.values().stream().mapToLong(v -> v.length).sum();
    chunks.takeWrites();
    write(items);
    long mean = bytes / chunks.takeWrites();
    assertTrue(mean > 24_000 && mean < 45_000, "mean page of " + mean + " bytes");
  }

  @Test
  void itemsOfTheGreatestLengthAreCutApart() throws Exception {
    var items = map();
    for (int i = 0; i < 40; i++) {
      byte[] key = new byte[Page.MAX_KEY];
      key[0] = (byte) i;
      items.put(key, new byte[Page.MAX_VALUE]);
    }
    SortedReader reader = reader(write(items));
    for (byte[] key : items.keySet()) {
      assertEquals(Page.MAX_VALUE, reader.get(key).orElseThrow().length);
    }
    SortedWriter writer = new SortedWriter(chunks, PackKind.TREE, KIND);
    assertThrows(
        IllegalArgumentException.class,
        () -> writer.add(new byte[Page.MAX_KEY + 1], new byte[] {1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> writer.add(new byte[] {1}, new byte[Page.MAX_VALUE + 1]));
  }

  @Test
  void keysMustAscend() throws Exception {
    SortedWriter writer = new SortedWriter(chunks, PackKind.TREE, KIND);
    writer.add(new byte[] {2}, new byte[] {1});
    assertThrows(IllegalArgumentException.class, () -> writer.add(new byte[] {2}, new byte[] {1}));
  }

  @Test
  void theDifferenceOfTwoTablesIsFoundWithoutReadingWhatTheyShare() throws Exception {
    for (long seed = 100; seed < 140; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      var items = items(random, random.nextInt(1, 5_000));
      ChunkRef before = write(items);
      var old = map();
      old.putAll(items);
      applyTo(items, changes(random, items));
      ChunkRef after = write(items);
      assertEquals(describe(old, items), diff(before, after), "seed " + seed);
      assertEquals(describe(map(), items), diff(write(map()), after), "seed " + seed);
    }
    var items = items(new SplittableRandom(7), 100_000);
    ChunkRef before = write(items);
    items.put(new byte[] {77, 1}, new byte[] {1});
    ChunkRef after = write(items);
    chunks.takeReads();
    assertEquals(1, diff(before, after).size());
    assertTrue(chunks.takeReads() <= 4 * levels(after) + 2);
  }

  private List<String> diff(ChunkRef before, ChunkRef after) throws Exception {
    List<String> found = new ArrayList<>();
    PageCache pages = pages(0);
    SortedDiff.visit(
        pages,
        pages.page(before, KIND),
        pages.page(after, KIND),
        (key, was, is) -> found.add(describe(key, was, is)));
    return found;
  }

  private static List<String> describe(
      NavigableMap<byte[], byte[]> before, NavigableMap<byte[], byte[]> after) {
    var keys = map();
    keys.putAll(before);
    keys.putAll(after);
    return keys.keySet().stream()
        .filter(key -> !Arrays.equals(before.get(key), after.get(key)))
        .map(key -> describe(key, before.get(key), after.get(key)))
        .toList();
  }

  private static String describe(byte[] key, byte[] was, byte[] is) {
    return Arrays.toString(key) + Arrays.toString(was) + Arrays.toString(is);
  }

  @Test
  void aPageOfAnotherKindOrLevelIsRefused() throws Exception {
    ChunkRef root = write(items(new SplittableRandom(8), 3_000));
    assertThrows(CorruptDataException.class, () -> pages(0).page(root, PageKind.DIRECTORY));
    // A fence that leads to its own level would be a loop.
    PageBuilder loop = new PageBuilder(KIND, 1);
    loop.add(new byte[] {-1}, new PageOutput().chunk(root).toBytes());
    byte[] bytes = loop.take();
    ChunkRef bad = chunks.put(PackKind.TREE, bytes, 0, bytes.length);
    assertThrows(CorruptDataException.class, () -> reader(bad).get(new byte[] {1}));
  }

  @Test
  void theCacheKeepsNoMoreThanItMay() throws Exception {
    var items = items(new SplittableRandom(9), 20_000);
    ChunkRef root = write(items);
    PageCache pages = pages(2 << 20);
    SortedReader reader = new SortedReader(pages, KIND, root);
    byte[] key = items.firstKey();
    assertTrue(reader.get(key).isPresent());
    chunks.takeReads();
    assertTrue(reader.get(key).isPresent());
    assertEquals(0, chunks.takeReads());
    SortedCursor cursor = reader.all();
    while (cursor.next()) {
      assertTrue(pages.bytes() <= 2 << 20);
    }
  }
}
