package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import kith.codec.CodeParameters;
import kith.codec.NotEnoughShardsException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.ShardLayout;
import kith.fs.PackTestPartners.Manner;
import kith.index.MemoryStorage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FetcherTest {
  private static final long SEED = 815;
  private static final FetcherSettings SETTINGS =
      new FetcherSettings(
          Duration.ofSeconds(20), Duration.ofMillis(20), Duration.ofSeconds(30), 4, 2, 8 << 20);

  private static final FetcherSettings UNHURRIED =
      new FetcherSettings(
          Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(30), 4, 0, 8 << 20);

  @TempDir Path directory;
  private final RandomGenerator random = PackTestNode.random(SEED);
  private PackTestNode node;
  private Fetcher fetcher;
  private byte[] pack;
  private PackPlacement placement;

  @BeforeEach
  void open() throws IOException {
    node = new PackTestNode(directory, new MemoryStorage(), new PackTestPartners(7));
    fetcher = node.fetcher(SETTINGS);
  }

  @AfterEach
  void close() {
    fetcher.close();
    node.close();
  }

  private void place(int m, int k, int bytes) throws Exception {
    List<byte[]> chunks = new ArrayList<>();
    for (int left = bytes; left > 0; left -= 400_000) {
      chunks.add(PackTestNode.bytes(random, Math.min(left, 400_000)));
    }
    PackId id = null;
    for (byte[] chunk : chunks) {
      id = node.writer.put(PackKind.DATA, chunk, 0, chunk.length).pack();
    }
    node.writer.flush(PackKind.DATA);
    Shipper shipper = node.shipper(PackTestNode.fixed(m, k), ShipperSettings.DEFAULT);
    while (shipper.tick() > 0) {
      // until everything is shipped
    }
    pack = node.store.readAll(id);
    placement = new PlacementRows(node.rows).placement(id).orElseThrow();
  }

  private OwnerId holder(int shard) {
    return placement.holders().get(shard).orElseThrow();
  }

  private void check(int offset, int length) throws Exception {
    byte[] expected = Arrays.copyOfRange(pack, offset, offset + length);
    assertArrayEquals(expected, fetcher.read(placement, offset, length), "seed " + SEED);
  }

  @Test
  void readsFromAnyMOfNShards() throws Exception {
    int[][] codes = {{1, 0}, {1, 1}, {2, 1}, {2, 2}, {3, 2}, {4, 2}};
    for (int[] code : codes) {
      place(code[0], code[1], 350_000);
      int n = code[0] + code[1];
      for (int alive = 0; alive < 1 << n; alive++) {
        if (Integer.bitCount(alive) == code[0]) {
          readWith(alive, n);
        }
      }
      node.partners.kept.keySet().forEach(id -> node.partners.behave(id, Manner.GOOD));
    }
  }

  private void readWith(int alive, int n) throws Exception {
    for (int i = 0; i < n; i++) {
      node.partners.behave(holder(i), (alive >> i & 1) == 1 ? Manner.GOOD : Manner.DEAD);
    }
    fetcher.close();
    fetcher = node.fetcher(SETTINGS);
    for (int i = 0; i < 5; i++) {
      int offset = random.nextInt(pack.length);
      check(offset, 1 + random.nextInt(pack.length - offset));
    }
    check(0, pack.length);
  }

  @Test
  void oneShardFewerIsNotEnough() throws Exception {
    place(2, 1, 300_000);
    node.partners.behave(holder(0), Manner.DEAD);
    node.partners.behave(holder(2), Manner.DEAD);
    assertThrows(NotEnoughShardsException.class, () -> fetcher.read(placement, 0, 10));
    check(pack.length - 10, 10);
  }

  @Test
  void aReadOfAHealthyShardAsksOnlyItsHolderForOnlyItsBlocks() throws Exception {
    fetcher.close();
    fetcher = node.fetcher(UNHURRIED); // a busy machine is no reason to ask others, nor ahead
    place(4, 2, 1_000_000);
    int length = (pack.length + 3) / 4;
    check(length + 70_000, 100);
    assertEquals(
        List.of(
            new PackTestPartners.Call(
                "get",
                holder(1),
                new kith.codec.ShardName(placement.pack(), CodeParameters.of(4, 2), 1),
                1)),
        gets());
    check(length + 69_000, 100);
    assertEquals(1, gets().size(), "the block was kept");
  }

  private List<PackTestPartners.Call> gets() {
    synchronized (node.partners) {
      return node.partners.calls.stream().filter(call -> call.what().equals("get")).toList();
    }
  }

  @Test
  void wrongBytesAreReportedOnceAndNeverAskedForAgain() throws Exception {
    for (Manner manner : List.of(Manner.CORRUPT, Manner.SHORT)) {
      place(2, 1, 600_000);
      OwnerId liar = holder(0);
      node.partners.behave(liar, manner);
      node.events.clear();
      long before = node.partners.count("get", liar);
      check(0, 200_000);
      long asked = node.partners.count("get", liar);
      assertTrue(asked > before, "he was asked");
      check(250_000, 1000);
      assertEquals(asked, node.partners.count("get", liar));
      assertEquals(1, node.events.size());
      assertTrue(node.events.get(0).startsWith("corrupt-shard: " + liar), node.events.get(0));
      node.partners.behave(liar, Manner.GOOD);
    }
  }

  @Test
  void whereTooFewLetAnythingBeReadItIsToldForHowLongAndWhatToDo() throws Exception {
    place(2, 1, 300_000);
    node.partners.behave(holder(0), Manner.LATER);
    check(0, 1000); // from the others
    node.partners.behave(holder(1), Manner.LATER);
    fetcher.close();
    fetcher = node.fetcher(SETTINGS);
    for (int i = 0; i < 2; i++) {
      var failure =
          assertThrows(NotEnoughShardsException.class, () -> fetcher.read(placement, 0, 10));
      assertTrue(failure.getMessage().contains("in 2 h 59 min"), failure.getMessage());
    }
    assertEquals(1, node.events.size(), "told once in a while");
    assertTrue(node.events.get(0).startsWith("reading-used-up: "), node.events.get(0));
    assertTrue(node.events.get(0).contains("2 h 59 min"), node.events.get(0));
    assertTrue(node.events.get(0).contains("kith recover --view"), node.events.get(0));
  }

  @Test
  void whoGivesSomethingSoonIsWaitedFor() throws Exception {
    place(1, 0, 300_000);
    node.partners.later = Duration.ofMillis(50);
    node.partners.behave(holder(0), Manner.LATER);
    check(0, 1000);
    assertEquals(2, node.partners.count("get", holder(0)));
    assertTrue(node.events.isEmpty());
  }

  @Test
  void aSilentHolderCostsOneWaitAndIsThenPassedOver() throws Exception {
    place(2, 2, 3_000_000);
    OwnerId silent = holder(0);
    node.partners.behave(silent, Manner.SILENT);
    check(0, 100);
    check(600_000, 100);
    check(1_200_000, 100);
    assertEquals(1, node.partners.count("get", silent));
    node.clock.advance(SETTINGS.pause());
    check(300_000, 100);
    assertEquals(2, node.partners.count("get", silent), "asked again after the pause");
    node.partners.behave(silent, Manner.GOOD);
    node.clock.advance(SETTINGS.pause());
    check(900_000, 100);
    check(1_450_000, 100);
    assertEquals(4, node.partners.count("get", silent), "trusted again since it answered");
  }

  @Test
  void silentSourcesAmongTheOthersAreHedgedToo() throws Exception {
    place(2, 3, 600_000);
    node.partners.behave(holder(0), Manner.SILENT);
    node.partners.behave(holder(1), Manner.SILENT);
    node.partners.behave(holder(2), Manner.SILENT);
    check(0, 1000);
    check(400_000, 1000);
  }

  @Test
  void nobodyAnsweringEndsAtTheDeadline() throws Exception {
    place(2, 1, 300_000);
    for (int i = 0; i < 3; i++) {
      node.partners.behave(holder(i), Manner.SILENT);
    }
    var hurried =
        new FetcherSettings(
            Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofSeconds(30), 4, 2, 0);
    try (Fetcher impatient = node.fetcher(hurried)) {
      var failure =
          assertThrows(NotEnoughShardsException.class, () -> impatient.read(placement, 0, 1000));
      assertTrue(failure.getMessage().contains("needs 2 of its 3 shards, and 0"));
    }
  }

  @Test
  void aPlacementWithGapsIsReadFromTheRest() throws Exception {
    place(2, 1, 300_000);
    var holders = new ArrayList<>(placement.holders());
    holders.set(0, java.util.Optional.empty());
    placement =
        new PackPlacement(placement.pack(), PackKind.DATA, pack.length, placement.code(), holders);
    check(0, pack.length);
    assertEquals(0, node.events.size());
  }

  @Test
  void readingFromFrontToBackTakesFewRoundTrips() throws Exception {
    place(2, 1, 4_000_000);
    int step = 20_000;
    int reads = 0;
    for (int at = 0; at + step <= pack.length; at += step) {
      check(at, step);
      reads++;
    }
    int stripes = pack.length / (4 * 65536) + 3;
    assertTrue(reads > 150);
    Awaitility.await().until(() -> gets().size() > 12);
    assertTrue(gets().size() <= stripes + 3, gets().size() + " gets for " + reads + " reads");
  }

  @Test
  void fromFrontToBackNothingIsReadTwiceWhereHoldersAreDead() throws Exception {
    for (int dead : new int[] {0b0001, 0b0010, 0b0100, 0b1000, 0b0110, 0b1001}) {
      fetcher.close();
      fetcher = node.fetcher(UNHURRIED);
      place(4, 2, 3_000_000);
      for (int shard = 0; shard < 4; shard++) {
        if ((dead >> shard & 1) == 1) {
          node.partners.behave(holder(shard), Manner.DEAD);
          fetcher.doubt(holder(shard));
        }
      }
      node.partners.calls.clear();
      for (int at = 0; at < pack.length; at += 50_000) {
        check(at, Math.min(50_000, pack.length - at));
      }
      int blocks = gets().stream().mapToInt(PackTestPartners.Call::blocks).sum();
      int all = 4 * new ShardLayout(placement.code(), pack.length).blocks();
      // Of the first stripe some blocks alone, before anybody can tell how it goes on.
      assertTrue(blocks <= all + 8, blocks + " blocks of " + all + ", dead " + dead);
      node.partners.kept.keySet().forEach(id -> node.partners.behave(id, Manner.GOOD));
    }
  }

  @Test
  void whoMakesUpForAShardSharesWithWhoReadsAnother() throws Exception {
    place(2, 1, 2_000_000);
    node.partners.behave(holder(0), Manner.DEAD);
    OwnerId holder = holder(1);
    // The first block of each data shard.
    int second = new ShardLayout(placement.code(), pack.length).shardLength();
    for (boolean interrupted : new boolean[] {false, true}) {
      node.partners.calls.clear();
      try (Fetcher shared = node.fetcher(UNHURRIED)) {
        shared.doubt(holder(0));
        node.partners.behave(holder, Manner.HELD);
        var lost = new CompletableFuture<byte[]>();
        var whole = new CompletableFuture<byte[]>();
        Thread one = new Thread(() -> complete(lost, shared, 100), "reader-1");
        Thread two = new Thread(() -> complete(whole, shared, second + 100), "reader-2");
        one.start();
        Awaitility.await().until(() -> waits(one));
        two.start();
        Awaitility.await().until(() -> waits(two));
        assertEquals(1, node.partners.count("get", holder));
        if (interrupted) {
          one.interrupt();
          assertThrows(java.util.concurrent.ExecutionException.class, lost::get);
        }
        node.partners.release(holder);
        byte[] expected = Arrays.copyOfRange(pack, second + 100, second + 200);
        assertArrayEquals(expected, whole.get());
        if (!interrupted) {
          assertArrayEquals(Arrays.copyOfRange(pack, 100, 200), lost.get());
        }
        assertEquals(1, node.partners.count("get", holder));
      }
    }
  }

  @Test
  void readersOfTheSameBlocksShareOneFetch() throws Exception {
    place(2, 1, 300_000);
    OwnerId holder = holder(0);
    var patient =
        new FetcherSettings(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(30), 4, 0, 0);
    try (Fetcher shared = node.fetcher(patient)) {
      node.partners.behave(holder, Manner.HELD);
      List<CompletableFuture<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        reads.add(read);
        Thread thread = new Thread(() -> complete(read, shared), "reader-" + i);
        thread.start();
        Awaitility.await().until(() -> waits(thread));
      }
      assertEquals(1, gets().size());
      node.partners.release(holder);
      for (CompletableFuture<byte[]> read : reads) {
        assertArrayEquals(Arrays.copyOfRange(pack, 100, 200), read.get());
      }
    }
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  private void complete(CompletableFuture<byte[]> read, Fetcher from) {
    complete(read, from, 100);
  }

  private void complete(CompletableFuture<byte[]> read, Fetcher from, int offset) {
    try {
      read.complete(from.read(placement, offset, 100));
    } catch (Exception e) {
      read.completeExceptionally(e);
    }
  }

  @Test
  void anInterruptedReaderFailsAlone() throws Exception {
    place(2, 1, 300_000);
    OwnerId holder = holder(0);
    var patient =
        new FetcherSettings(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(30), 4, 0, 0);
    try (Fetcher shared = node.fetcher(patient)) {
      node.partners.behave(holder, Manner.HELD);
      CompletableFuture<byte[]> first = new CompletableFuture<>();
      CompletableFuture<byte[]> second = new CompletableFuture<>();
      Thread one = new Thread(() -> complete(first, shared), "reader-1");
      Thread two = new Thread(() -> complete(second, shared), "reader-2");
      one.start();
      Awaitility.await().until(() -> waits(one));
      two.start();
      Awaitility.await().until(() -> waits(two));
      node.partners.behave(holder, Manner.GOOD);
      one.interrupt();
      assertArrayEquals(Arrays.copyOfRange(pack, 100, 200), second.get());
      assertThrows(java.util.concurrent.ExecutionException.class, first::get);
    }
  }
}
