package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import kith.codec.ChunkId;
import kith.codec.CodeParameters;
import kith.codec.FixedBytes;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.junit.jupiter.api.Test;

class IndexRunsTest {
  private static final Comparator<FixedBytes> ORDER = FixedBytes::compareTo;
  private final PageMemoryChunks chunks = new PageMemoryChunks();

  private static byte[] bytes(long n, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(n).nextBytes(bytes);
    return bytes;
  }

  private static ChunkId chunkId(long n) {
    return new ChunkId(bytes(n, ChunkId.SIZE));
  }

  private static PackId packId(long n) {
    return new PackId(bytes(n, PackId.SIZE));
  }

  private static OwnerId owner(long n) {
    return new OwnerId(bytes(n, OwnerId.SIZE));
  }

  private static ChunkPlace place(SplittableRandom random) {
    return new ChunkPlace(packId(random.nextInt(9)), random.nextInt(99), 7, random.nextInt(1, 9));
  }

  private static PackPlacement placement(PackId pack, SplittableRandom random) {
    CodeParameters code = CodeParameters.of(random.nextInt(1, 5), random.nextInt(0, 3));
    List<Optional<OwnerId>> holders = new ArrayList<>();
    for (int i = 0; i < code.n(); i++) {
      holders.add(Optional.of(random.nextInt(12)).filter(n -> n > 0).map(IndexRunsTest::owner));
    }
    return new PackPlacement(pack, PackKind.DATA, random.nextInt(1 << 24), code, holders);
  }

  private IndexRun write(
      long number,
      Map<ChunkId, Optional<ChunkPlace>> places,
      Map<PackId, Optional<PackPlacement>> placements)
      throws Exception {
    IndexRunWriter writer = new IndexRunWriter(chunks, number);
    for (var entry : places.entrySet()) {
      if (entry.getValue().isPresent()) {
        writer.chunk(entry.getKey(), entry.getValue().get());
      } else {
        writer.chunkGone(entry.getKey());
      }
    }
    for (var entry : placements.entrySet()) {
      if (entry.getValue().isPresent()) {
        writer.pack(entry.getValue().get());
      } else {
        writer.packGone(entry.getKey());
      }
    }
    return writer.finish();
  }

  private IndexRuns open(List<IndexRun> runs) {
    return new IndexRuns(chunks, 1 << 20, runs, IndexRuns.ONE_BY_ONE);
  }

  /** Merges what is due; returns the number of the last run. */
  private long merge(List<IndexRun> runs, long number) throws Exception {
    long last = number;
    for (List<IndexRun> due = IndexRunMerge.due(runs);
        !due.isEmpty();
        due = IndexRunMerge.due(runs)) {
      IndexRun merged = IndexRunMerge.merge(chunks, chunks, runs, due, ++last);
      runs.removeAll(due);
      runs.add(merged);
    }
    return last;
  }

  @Test
  void theNewestWordCountsHoweverRunsAreMerged() throws Exception {
    for (long seed = 0; seed < 10; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Map<ChunkId, Optional<ChunkPlace>> places = new TreeMap<>(ORDER);
      Map<PackId, Optional<PackPlacement>> placements = new TreeMap<>(ORDER);
      List<IndexRun> runs = new ArrayList<>();
      long number = 0;
      for (int round = 0; round < 125; round++) {
        Map<ChunkId, Optional<ChunkPlace>> newPlaces = new TreeMap<>(ORDER);
        Map<PackId, Optional<PackPlacement>> newPlacements = new TreeMap<>(ORDER);
        for (int i = 0; i < 5; i++) {
          boolean gone = random.nextInt(4) == 0;
          PackId pack = packId(random.nextInt(60));
          newPlaces.put(
              chunkId(random.nextInt(60)), gone ? Optional.empty() : Optional.of(place(random)));
          newPlacements.put(pack, gone ? Optional.empty() : Optional.of(placement(pack, random)));
        }
        places.putAll(newPlaces);
        placements.putAll(newPlacements);
        runs.add(write(++number, newPlaces, newPlacements));
        number = merge(runs, number);
      }
      IndexRuns index = open(runs);
      for (int i = 0; i < 60; i++) {
        String message = "seed " + seed + ", id " + i;
        assertEquals(
            places.getOrDefault(chunkId(i), Optional.empty()), index.chunk(chunkId(i)), message);
        assertEquals(
            placements.getOrDefault(packId(i), Optional.empty()),
            index.placement(packId(i)),
            message);
      }
      assertEquals(1 + 2 + 5, runs.size(), "125 runs are one of 100, two of 10 and five");
    }
  }

  @Test
  void aPackThatWasSealedAnewIsFoundAsTheOtherAlsoInMergedRuns() throws Exception {
    var placement = placement(packId(3), new SplittableRandom(1));
    IndexRun old = write(1, Map.of(), Map.of(packId(1), Optional.of(placement(packId(1)))));
    IndexRun made = write(2, Map.of(), Map.of(packId(3), Optional.of(placement)));
    IndexRunWriter told = new IndexRunWriter(chunks, 3);
    told.packResealed(packId(1), packId(2));
    IndexRunWriter toldAgain = new IndexRunWriter(chunks, 4);
    toldAgain.packResealed(packId(2), packId(3));
    List<IndexRun> runs = List.of(old, made, told.finish(), toldAgain.finish());
    assertEquals(Optional.of(placement), open(runs).placement(packId(1)));
    List<IndexRun> merged = List.of(IndexRunMerge.merge(chunks, chunks, runs, runs, 5));
    assertEquals(Optional.of(placement), open(merged).placement(packId(1)));
    assertEquals(Optional.of(placement), open(merged).placement(packId(2)));
    assertEquals(Optional.empty(), open(merged).placement(packId(4)));
  }

  private static PackPlacement placement(PackId pack) {
    return placement(pack, new SplittableRandom(7));
  }

  @Test
  void theOldestRunForgetsWhatIsGone() throws Exception {
    List<IndexRun> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Map<ChunkId, Optional<ChunkPlace>> places = new TreeMap<>(ORDER);
      places.put(
          chunkId(i / 2),
          i % 2 == 0 ? Optional.of(place(new SplittableRandom(i))) : Optional.empty());
      runs.add(write(i, places, Map.of()));
    }
    assertEquals(0, IndexRunMerge.merge(chunks, chunks, runs, runs, 10).items());
    List<IndexRun> all = new ArrayList<>(runs);
    all.add(new IndexRun(11, 1, runs.get(0).root(), 1, List.of()));
    assertEquals(5, IndexRunMerge.merge(chunks, chunks, all, runs, 12).items());
  }

  @Test
  void aLookUpReadsOnePagePerLevelOfEachRun() throws Exception {
    List<IndexRun> runs = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      Map<ChunkId, Optional<ChunkPlace>> places = new TreeMap<>(ORDER);
      Map<PackId, Optional<PackPlacement>> placements = new TreeMap<>(ORDER);
      SplittableRandom random = new SplittableRandom(run);
      for (int i = 0; i < 40_000; i++) {
        places.put(chunkId(3 * i + run), Optional.of(place(random)));
      }
      for (int i = 0; i < 4_000; i++) {
        PackId pack = packId(3 * i + run);
        placements.put(pack, Optional.of(placement(pack, random)));
      }
      runs.add(write(run, places, placements));
    }
    IndexRuns index = new IndexRuns(chunks, 0, runs, IndexRuns.ONE_BY_ONE);
    assertTrue(index.placement(packId(0)).isPresent()); // reads the holders of the oldest run
    int levels = 0;
    for (IndexRun run : runs) {
      levels += new PageCache(chunks, 0).page(run.root(), PageKind.INDEX).level() + 1;
    }
    assertTrue(levels >= 6, levels + " levels");
    chunks.takeReads();
    assertTrue(index.chunk(chunkId(30)).isPresent());
    assertEquals(levels, chunks.takeReads());
    assertTrue(index.placement(packId(33)).isPresent());
    assertEquals(levels, chunks.takeReads());
    assertTrue(index.placement(packId(999_999)).isEmpty());
    assertTrue(chunks.takeReads() <= levels);
  }

  @Test
  void aRunNamesThePacksThatItsPagesLieIn() throws Exception {
    Map<ChunkId, Optional<ChunkPlace>> places = new TreeMap<>(ORDER);
    for (int i = 0; i < 40_000; i++) {
      places.put(chunkId(i), Optional.of(place(new SplittableRandom(i))));
    }
    IndexRun run = write(1, places, Map.of());
    assertTrue(run.packs().size() >= 2, run.packs().size() + " packs");
    assertTrue(run.packs().contains(run.root().pack()));
  }

  @Test
  void bytesAreThoseOfTheGoldenFiles() throws Exception {
    IndexRun run =
        new IndexRun(
            5, 2, TreeGolden.ref(1), 1000, List.of(TreeGolden.pack(1), TreeGolden.pack(2)));
    TreeGolden.check("index-run", run.toBytes());
    assertEquals(run, IndexRun.ofBytes(run.toBytes()));
    TreeGolden.fuzz(run.toBytes(), IndexRun::ofBytes);
    IndexRunWriter writer = new IndexRunWriter(chunks, 1);
    writer.chunk(chunkId(1), new ChunkPlace(packId(2), 3, 4, 5));
    writer.pack(placement(packId(2), new SplittableRandom(3)));
    IndexRun written = writer.finish();
    TreeGolden.check("index-run-page", chunks.chunk(written.root()));
  }

  @Test
  void itemsMustComeInOrder() throws Exception {
    IndexRunWriter writer = new IndexRunWriter(chunks, 1);
    writer.packGone(packId(1));
    assertThrows(IllegalArgumentException.class, () -> writer.chunkGone(chunkId(1)));
  }
}
