package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.PackReader;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackWriterTest {
  private static final long SEED = 20261121;

  @TempDir Path directory;
  private PackTestNode node;
  private final RandomGenerator random = PackTestNode.random(SEED);

  @BeforeEach
  void open() throws IOException {
    node = new PackTestNode(directory);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private ChunkRef put(PackKind kind, byte[] raw) throws IOException, KithException {
    return node.writer.put(kind, raw, 0, raw.length);
  }

  private byte[] read(ChunkRef ref) throws IOException, KithException {
    try (Fetcher none = node.fetcher(FetcherSettings.DEFAULT)) {
      return node.chunks(none, 0).chunk(ref);
    }
  }

  @Test
  void aChunkIsReadBackBeforeAndAfterItsPackIsSealed() throws Exception {
    byte[] raw = PackTestNode.bytes(random, 100_000);
    ChunkRef ref = put(PackKind.DATA, raw);
    assertArrayEquals(raw, read(ref));
    assertTrue(node.store.list().isEmpty(), "nothing is written before the flush");
    node.writer.flush(PackKind.DATA);
    assertEquals(List.of(ref.pack()), node.store.list());
    assertArrayEquals(raw, read(ref));
  }

  @Test
  void theFlushOfOneKindLeavesTheOthersOpen() throws Exception {
    put(PackKind.DATA, PackTestNode.bytes(random, 1000));
    ChunkRef tree = put(PackKind.TREE, PackTestNode.bytes(random, 1000));
    node.writer.flush(PackKind.TREE);
    assertEquals(List.of(tree.pack()), node.store.list());
    node.writer.flushAll();
    assertEquals(2, node.store.list().size());
  }

  @Test
  void equalChunksPutAtTheSameTimeAreStoredOnce() throws Exception {
    byte[] raw = PackTestNode.bytes(random, 60_000);
    int threads = 4;
    CyclicBarrier start = new CyclicBarrier(threads);
    List<CompletableFuture<ChunkRef>> puts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CompletableFuture<ChunkRef> put = new CompletableFuture<>();
      puts.add(put);
      new Thread(
              () -> {
                try {
                  start.await();
                  put.complete(put(PackKind.DATA, raw.clone()));
                } catch (Exception e) {
                  put.completeExceptionally(e);
                }
              },
              "put-" + i)
          .start();
    }
    Set<ChunkRef> refs = new HashSet<>();
    for (CompletableFuture<ChunkRef> put : puts) {
      refs.add(put.get());
    }
    refs.add(node.writer.submit(PackKind.DATA, raw.clone()).get());
    node.writer.flush(PackKind.DATA);
    refs.add(put(PackKind.DATA, raw));
    assertEquals(1, refs.size());
    assertEquals(List.of(1), node.packs().stream().map(PackRow::chunks).toList());
  }

  @Test
  void chunksLieInTheOrderInWhichTheyCame() throws Exception {
    List<CompletableFuture<ChunkRef>> puts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int length = 1 + random.nextInt(i % 10 == 0 ? 200_000 : 2000);
      puts.add(node.writer.submit(PackKind.DATA, PackTestNode.bytes(random, length)));
    }
    node.writer.flush(PackKind.DATA);
    int end = 0;
    for (CompletableFuture<ChunkRef> put : puts) {
      assertTrue(put.get().offset() >= end, "seed " + SEED);
      end = put.get().offset() + put.get().length();
    }
  }

  @Test
  void aFullPackIsWrittenByItselfAndEndsTheWaitOfThoseInIt() throws Exception {
    List<ChunkRef> refs = new ArrayList<>();
    for (int i = 0; i < 34; i++) {
      refs.add(put(PackKind.DATA, PackTestNode.bytes(random, 512 * 1024)));
    }
    PackId first = refs.get(0).pack();
    assertNotEquals(first, refs.get(33).pack());
    CompletableFuture<Void> open = node.writer.durable(refs.get(33));
    node.writer.durable(refs.get(0)).get();
    assertEquals(List.of(first), node.sealed);
    assertFalse(open.isDone());
    node.writer.flush(PackKind.DATA);
    assertTrue(open.isDone());
    assertTrue(node.writer.durable(refs.get(33)).isDone());
  }

  @Test
  void rowsComeAfterTheBytesThatTheyName() throws Exception {
    List<Integer> rowsAtRename = new ArrayList<>();
    node.disk.onRename =
        () -> {
          try {
            rowsAtRename.add(node.packs().size());
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    ChunkRef ref = put(PackKind.DATA, PackTestNode.bytes(random, 5000));
    node.writer.flush(PackKind.DATA);
    assertEquals(List.of(0), rowsAtRename);
    PackRow row = node.packs().get(0);
    assertEquals(
        new PackRow(
            PackKind.DATA,
            PackState.SEALED,
            (int) node.store.length(ref.pack()),
            1,
            5000,
            1,
            node.clock.millis(),
            5,
            java.util.Optional.empty(),
            0,
            false),
        row);
  }

  @Test
  @UnexpectedLogs.Expected("could not be written and stays in memory")
  void aFullDiskFailsThoseWhoWaitLeavesNoRowsAndLosesNothing() throws Exception {
    byte[] raw = PackTestNode.bytes(random, 5000);
    ChunkRef ref = put(PackKind.DATA, raw);
    CompletableFuture<Void> waiting = node.writer.durable(ref);
    node.disk.full = true;
    IOException failure = assertThrows(IOException.class, () -> node.writer.flush(PackKind.DATA));
    assertEquals("No space left on device", failure.getMessage());
    assertThrows(ExecutionException.class, waiting::get);
    assertTrue(node.packs().isEmpty());
    assertTrue(node.store.list().isEmpty());
    assertArrayEquals(raw, read(ref), "still in memory");

    node.disk.full = false;
    assertEquals(ref, put(PackKind.DATA, raw), "the reference stayed good");
    ChunkRef later = put(PackKind.DATA, PackTestNode.bytes(random, 700));
    node.writer.flush(PackKind.DATA);
    assertEquals(2, node.packs().size());
    assertTrue(node.writer.durable(ref).isDone());
    assertArrayEquals(raw, read(ref));
    assertTrue(node.writer.durable(later).isDone());
  }

  @Test
  @UnexpectedLogs.Expected("could not be written and stays in memory")
  void rowsThatCannotBeAppliedFailThePackLikeAFullDisk() throws Exception {
    node.rows.apply(new Update().put(Table.META, new byte[] {1}, new byte[65 << 20]));
    node.storage.failWith(new IOException("No space left on device"));
    ChunkRef ref = put(PackKind.DATA, PackTestNode.bytes(random, 700));
    assertThrows(IOException.class, () -> node.writer.flush(PackKind.DATA));
    assertTrue(node.packs().isEmpty());
    node.storage.failWith(null);
    node.writer.flush(PackKind.DATA);
    assertEquals(List.of(ref.pack()), node.store.list());
    assertEquals(1, node.packs().size());
  }

  @Test
  @UnexpectedLogs.Expected("could not be written and stays in memory")
  void putsFailOnceTooManyPacksCannotBeWritten() throws Exception {
    node.disk.full = true;
    List<ChunkRef> refs = new ArrayList<>();
    assertThrows(
        IOException.class,
        () -> {
          for (int i = 0; i < 40 * (PackSaver.MAX_WAITING + 1); i++) {
            refs.add(put(PackKind.DATA, PackTestNode.bytes(random, 512 * 1024)));
          }
        });
    assertTrue(refs.size() > 31 * PackSaver.MAX_WAITING, refs.size() + " chunks");
    node.disk.full = false;
    put(PackKind.DATA, PackTestNode.bytes(random, 512 * 1024));
    node.writer.flush(PackKind.DATA);
    for (ChunkRef ref : refs) {
      assertTrue(node.store.exists(ref.pack()));
    }
  }

  @Test
  void aChunkOfAPackThatIsLostOrDroppedIsStoredAgain() throws Exception {
    byte[] raw = PackTestNode.bytes(random, 700);
    ChunkRef ref = put(PackKind.DATA, raw);
    node.writer.flush(PackKind.DATA);
    for (PackState state : List.of(PackState.LOST, PackState.DROPPED)) {
      PackRow row = PackRows.pack(node.rows, ref.pack()).orElseThrow().withState(state);
      node.rows.apply(new Update().put(Table.PACKS, PackRow.key(ref.pack()), row.encode()));
      assertThrows(ExecutionException.class, () -> node.writer.durable(ref).get());
      assertNotEquals(ref.pack(), put(PackKind.DATA, raw).pack());
    }
  }

  @Test
  void treesAndIndexShareNoPackEvenForEqualBytes() throws Exception {
    byte[] raw = PackTestNode.bytes(random, 700);
    ChunkRef tree = put(PackKind.TREE, raw);
    ChunkRef index = put(PackKind.INDEX, raw);
    ChunkRef data = put(PackKind.DATA, raw);
    node.writer.flushAll();
    assertEquals(3, node.store.list().size());
    assertEquals(tree.key(), index.key());
    assertNotEquals(tree.key(), data.key(), "files are keyed by another secret");
    assertArrayEquals(raw, read(tree));
    assertArrayEquals(raw, read(index));
  }

  @Test
  void aPackToWhichNothingComesForTenMinutesIsSealed() throws Exception {
    put(PackKind.DATA, PackTestNode.bytes(random, 700));
    node.clock.advance(Duration.ofMinutes(9));
    assertEquals(0, node.writer.tick());
    ChunkRef ref = put(PackKind.DATA, PackTestNode.bytes(random, 700));
    node.clock.advance(Duration.ofMinutes(9));
    assertEquals(0, node.writer.tick());
    node.clock.advance(Duration.ofMinutes(1));
    assertEquals(1, node.writer.tick());
    node.writer.durable(ref).get();
    assertEquals(0, node.writer.tick());
  }

  @Test
  void whatACrashLeftWithoutRowsIsAdopted() throws Exception {
    byte[] raw = PackTestNode.bytes(random, 700);
    ChunkRef ref = put(PackKind.DATA, raw);
    node.writer.flush(PackKind.DATA);
    try (PackTestNode after = new PackTestNode(directory, node.storage, node.partners)) {
      assertTrue(after.packs().isEmpty(), "the rows were not synced");
      assertEquals(1, after.adopt());
      assertEquals(node.packs(), after.packs());
      assertEquals(ref, after.writer.put(PackKind.DATA, raw, 0, raw.length));
      assertEquals(0, after.adopt());
    }
  }

  @Test
  void aDamagedPackWithoutRowsBecomesAnEventAndIsRemoved() throws Exception {
    PackId id = new PackId(new byte[PackId.SIZE]);
    node.store.write(id, new byte[4096]);
    assertEquals(0, node.adopt());
    assertEquals(1, node.events.size());
    assertTrue(node.events.get(0).startsWith("pack-damaged: pack " + id), node.events.get(0));
    assertEquals(List.of(), node.store.list());
  }

  @Test
  void whoStillWaitsAtTheCloseIsTold() throws Exception {
    ChunkRef ref = put(PackKind.DATA, PackTestNode.bytes(random, 700));
    CompletableFuture<Void> waiting = node.writer.durable(ref);
    node.writer.close();
    assertThrows(ExecutionException.class, waiting::get);
  }

  @Test
  void packsTellWhatTheyAreByThemselves() throws Exception {
    ChunkRef ref = put(PackKind.TREE, PackTestNode.bytes(random, 700));
    node.writer.flushAll();
    byte[] pack = node.store.readAll(ref.pack());
    var footer = PackReader.open(pack, node.treeKey());
    assertEquals(PackKind.TREE, footer.kind());
    assertEquals(5, footer.headGeneration());
    assertEquals(ref.offset(), footer.entries().get(0).offset());
  }
}
