package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.NotEnoughShardsException;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.fs.PackTestPartners.Manner;
import kith.index.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChunkStoreTest {
  @TempDir Path directory;
  private final RandomGenerator random = PackTestNode.random(99);
  private final List<byte[]> raws = new ArrayList<>();
  private final List<ChunkRef> refs = new ArrayList<>();
  private PackTestNode node;
  private Fetcher fetcher;
  private ChunkStore chunks;

  @BeforeEach
  void shipTwoPacks() throws Exception {
    node = new PackTestNode(directory, new MemoryStorage(), new PackTestPartners(3));
    fetcher = node.fetcher(FetcherSettings.DEFAULT);
    chunks = node.chunks(fetcher, 1 << 20);
    for (PackKind kind : List.of(PackKind.DATA, PackKind.TREE)) {
      for (int i = 0; i < 3; i++) {
        raws.add(PackTestNode.bytes(random, 90_000));
        refs.add(node.writer.put(kind, raws.get(raws.size() - 1), 0, 90_000));
      }
    }
    node.writer.flushAll();
    Shipper shipper = node.shipper(PackTestNode.fixed(2, 1), ShipperSettings.DEFAULT);
    while (shipper.tick() > 0) {
      // until everything is shipped
    }
  }

  @AfterEach
  void close() {
    fetcher.close();
    node.close();
  }

  private void readAll() throws Exception {
    for (int i = 0; i < refs.size(); i++) {
      assertArrayEquals(raws.get(i), chunks.chunk(refs.get(i)));
    }
  }

  private void forgetPacks() throws IOException {
    for (PackId id : node.store.list()) {
      node.store.delete(id);
    }
  }

  @Test
  void whatIsHereIsReadWithoutPartners() throws Exception {
    readAll();
    assertEquals(0, node.partners.count("get"));
  }

  @Test
  void whatIsNotHereIsReadFromPartnersAndKept() throws Exception {
    forgetPacks();
    node.partners.behave(PackTestPartners.owner(1), Manner.DEAD);
    readAll();
    long gets = node.partners.count("get");
    assertTrue(gets > 0);
    assertSame(chunks.chunk(refs.get(0)), chunks.chunk(refs.get(0)));
    readAll();
    assertEquals(gets, node.partners.count("get"));
    assertTrue(node.events.isEmpty());
  }

  @Test
  void aRestoreNeedsPlacementsAndPartnersAlone() throws Exception {
    forgetPacks();
    chunks =
        new ChunkStore(
            new ChunkStore.Parts(
                node.codecs,
                Optional.empty(),
                new PlacementRows(node.rows),
                fetcher,
                (kind, message) -> {}),
            0);
    readAll();
    assertNotSame(chunks.chunk(refs.get(0)), chunks.chunk(refs.get(0)), "no cache");
  }

  @Test
  void aPackDamagedHereIsReportedOnceAndReadFromPartners() throws Exception {
    PackId bad = refs.get(0).pack();
    try (var file = new RandomAccessFile(directory.resolve(bad + ".pack").toFile(), "rw")) {
      for (int i = 0; i < 3; i++) {
        long at = refs.get(i).offset() + 100L;
        file.seek(at);
        int before = file.read();
        file.seek(at);
        file.write(before ^ 1);
      }
    }
    readAll();
    assertEquals(1, node.events.size());
    assertTrue(node.events.get(0).startsWith("pack-damaged: pack " + bad), node.events.get(0));
  }

  @Test
  void aPackCutShortHereIsReadFromPartners() throws Exception {
    try (var file =
        new RandomAccessFile(directory.resolve(refs.get(0).pack() + ".pack").toFile(), "rw")) {
      file.setLength(100_000);
    }
    readAll();
    assertEquals(1, node.events.size());
  }

  @Test
  void withTooFewPartnersTheReadFails() throws Exception {
    forgetPacks();
    var placement = new PlacementRows(node.rows).placement(refs.get(0).pack()).orElseThrow();
    node.partners.behave(placement.holders().get(0).orElseThrow(), Manner.DEAD);
    node.partners.behave(placement.holders().get(2).orElseThrow(), Manner.DEAD);
    assertThrows(NotEnoughShardsException.class, () -> chunks.chunk(refs.get(0)));
    node.partners.behave(placement.holders().get(2).orElseThrow(), Manner.GOOD);
    readAll();
  }

  @Test
  void aChunkWhoseReferenceIsOldIsFoundByItsId() throws Exception {
    ChunkRef ref = refs.get(0);
    ChunkRef old = new ChunkRef(ref.key(), ref.rawLength(), new PackId(new byte[16]), 900, 77);
    byte[] found = chunks.chunk(old);
    assertEquals(ref.rawLength(), found.length);
  }

  @Test
  void anUnknownPackAndChunkIsNotEnoughShards() {
    ChunkRef ref = refs.get(0);
    var key = new kith.codec.ChunkKey(new byte[kith.codec.ChunkKey.SIZE]);
    ChunkRef unknown =
        new ChunkRef(key, ref.rawLength(), new PackId(new byte[16]), ref.offset(), ref.length());
    assertThrows(NotEnoughShardsException.class, () -> chunks.chunk(unknown));
  }

  @Test
  void aReferenceThatPointsOutsideItsPackIsRefused() throws Exception {
    forgetPacks();
    ChunkRef ref = refs.get(0);
    for (int offset : new int[] {-1, Integer.MAX_VALUE, (1 << 24)}) {
      ChunkRef outside = new ChunkRef(ref.key(), ref.rawLength(), ref.pack(), offset, ref.length());
      assertThrows(CorruptDataException.class, () -> chunks.chunk(outside));
    }
    ChunkRef elsewhere =
        new ChunkRef(ref.key(), ref.rawLength(), ref.pack(), ref.offset() + 1, ref.length());
    assertThrows(CorruptDataException.class, () -> chunks.chunk(elsewhere));
  }

  @Test
  void theCacheKeepsWhatWasUsedLastWithinItsBytes() {
    BlockCache<String> cache = new BlockCache<>(3 * 1200);
    for (String key : List.of("a", "b", "c")) {
      cache.put(key, new byte[1000]);
    }
    assertTrue(cache.get("a") != null);
    cache.put("d", new byte[1000]);
    assertTrue(cache.get("b") == null && cache.get("a") != null && cache.get("d") != null);
    cache.put("a", new byte[10]);
    cache.put("b", new byte[900]);
    assertTrue(cache.get("a") != null && cache.get("c") != null);
    cache.remove("c");
    assertTrue(cache.get("c") == null && cache.bytes() <= 3 * 1200);
    cache.put("huge", new byte[10_000]);
    assertTrue(cache.get("huge") == null);
    assertEquals(0, cache.bytes());
  }
}
