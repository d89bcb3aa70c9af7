package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.ShardName;
import kith.fs.PackTestPartners.Manner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShipperTest {
  private static final ShipperSettings SETTINGS =
      new ShipperSettings(
          2,
          Duration.ofMinutes(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10));

  @TempDir Path directory;
  private final RandomGenerator random = PackTestNode.random(4711);
  private PackTestNode node;

  @AfterEach
  void close() {
    node.close();
  }

  private PackTestNode node(int partners) throws IOException {
    node =
        new PackTestNode(directory, new kith.index.MemoryStorage(), new PackTestPartners(partners));
    return node;
  }

  /** A sealed pack of one chunk. */
  private PackId pack(PackKind kind) throws Exception {
    byte[] raw = PackTestNode.bytes(random, 300_000);
    ChunkRef ref = node.writer.put(kind, raw, 0, raw.length);
    node.writer.flush(kind);
    return ref.pack();
  }

  private static void tick(Shipper shipper) throws IOException {
    while (shipper.tick() > 0) {
      // goes on until there is nothing to do for now
    }
  }

  private PackRow row(PackId id) throws IOException {
    return PackRows.pack(node.rows, id).orElseThrow();
  }

  private List<ShardRow> shards(PackId id) throws IOException {
    return PackRows.shards(node.rows, id, row(id).code().orElseThrow());
  }

  private int placed(PackId id) throws IOException {
    return (int) shards(id).stream().filter(shard -> shard.state() == ShardState.PLACED).count();
  }

  @Test
  void everyShardGoesToAnotherPartnerAndItsWordIsKept() throws Exception {
    node(7);
    Shipper shipper = node.shipper(PlacementPolicy.DEFAULT, SETTINGS);
    for (PackKind kind : PackKind.values()) {
      PackId id = pack(kind);
      shipper.sealed(id);
      tick(shipper);
      assertEquals(PackState.PLACED, row(id).state());
      assertEquals(Optional.of(CodeParameters.of(4, 2)), row(id).code());
      assertEquals(6, new HashSet<>(shards(id).stream().map(ShardRow::holder).toList()).size());
      for (int i = 0; i < 6; i++) {
        ShardRow shard = shards(id).get(i);
        var name = new kith.codec.ShardName(id, CodeParameters.of(4, 2), i);
        var kept = node.partners.kept.get(shard.holder()).get(name);
        assertArrayEquals(PackTestPartners.ack(kept), shard.ack());
        assertEquals(kept.merkleRoot(), shard.root());
        assertEquals(kept.sealed().length, shard.sealedLength());
      }
    }
    assertEquals(18, node.partners.count("put"));
    assertEquals(0, shipper.progress().packs());
    assertEquals(0, shipper.progress().bytesToShip());
    assertTrue(shipper.progress().bytesShipped() > 3 * 6 * 75_000);
    assertTrue(shipper.progress().bytesPerSecond() > 0);
    assertTrue(node.events.isEmpty());
  }

  @Test
  void olderPacksGoFirst() throws Exception {
    node(1);
    List<PackId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(pack(PackKind.DATA));
    }
    tick(node.shipper(PlacementPolicy.DEFAULT, SETTINGS));
    assertEquals(ids, node.partners.calls.stream().map(call -> call.shard().pack()).toList());
  }

  @Test
  void noMorePacksAreInFlightThanAllowed() throws Exception {
    node(2);
    for (int i = 0; i < 5; i++) {
      pack(PackKind.DATA);
    }
    node.partners.kept.keySet().forEach(id -> node.partners.behave(id, Manner.HELD));
    Shipper shipper = node.shipper(PlacementPolicy.DEFAULT, SETTINGS);
    tick(shipper);
    assertEquals(4, node.partners.count("put"), "two packs of two shards");
    assertEquals(5, shipper.progress().packs());
  }

  @Test
  void withoutPartnersNothingIsCodedAndTheNewCodeIsForPacksThatAreNot() throws Exception {
    node(0);
    PackId first = pack(PackKind.DATA);
    Shipper shipper = node.shipper(PlacementPolicy.DEFAULT, SETTINGS);
    tick(shipper);
    assertEquals(PackState.SEALED, row(first).state());
    assertEquals(1, shipper.progress().packs());
    assertTrue(shipper.progress().bytesToShip() > 300_000);

    node.partners.add(0);
    tick(shipper);
    assertEquals(Optional.of(CodeParameters.of(1, 0)), row(first).code());
    assertEquals(PackState.PLACED, row(first).state());

    node.partners.add(1);
    PackId second = pack(PackKind.DATA);
    shipper.sealed(second);
    tick(shipper);
    assertEquals(Optional.of(CodeParameters.of(1, 1)), row(second).code());
    assertEquals(Optional.of(CodeParameters.of(1, 0)), row(first).code());
  }

  @Test
  void aFixedCodeWaitsForEnoughPartners() throws Exception {
    node(5);
    PackId id = pack(PackKind.DATA);
    Shipper shipper = node.shipper(PackTestNode.fixed(4, 2), SETTINGS);
    tick(shipper);
    assertEquals(PackState.SEALED, row(id).state());
    node.partners.add(5);
    tick(shipper);
    assertEquals(PackState.PLACED, row(id).state());
  }

  @Test
  void aDeadPartnerDelaysOnlyItsOwnShardsAndIsReplacedInTheEnd() throws Exception {
    node(7);
    PackId first = pack(PackKind.DATA);
    Shipper shipper = node.shipper(PackTestNode.fixed(4, 2), SETTINGS);
    OwnerId dead = firstChoice(first);
    node.partners.behave(dead, Manner.DEAD);
    PackId second = pack(PackKind.DATA);
    makeReachable(dead, shipper);
    tick(shipper);
    assertEquals(5, placed(first));
    assertTrue(placed(second) >= 5);
    assertFalse(shipper.isPlaced(List.of(first)));
    long tries = node.partners.count("put", dead);
    tick(shipper);
    assertEquals(tries, node.partners.count("put", dead), "not tried again at once");

    node.clock.advance(Duration.ofMinutes(9));
    tick(shipper);
    assertTrue(node.partners.count("put", dead) > tries, "tried again after a while");
    assertEquals(5, placed(first));

    node.clock.advance(Duration.ofMinutes(2));
    tick(shipper);
    assertEquals(6, placed(first));
    assertTrue(shipper.isPlaced(List.of(first, second)));
    assertTrue(shards(first).stream().noneMatch(shard -> shard.holder().equals(dead)));
  }

  /** The holder that shard 0 of a pack will get. */
  private OwnerId firstChoice(PackId id) {
    return HolderChoice.choose(id, 1, new HolderChoice.Demand(node.partners.candidates(), 1))
        .get(0);
  }

  /** Lets holders be chosen while all seem reachable; none of them answers yet. */
  private void makeReachable(OwnerId dead, Shipper shipper) throws IOException {
    node.partners.behave(dead, Manner.GOOD);
    List<OwnerId> all = List.copyOf(node.partners.kept.keySet());
    all.forEach(id -> node.partners.behave(id, Manner.HELD));
    shipper.tick();
    shipper.tick();
    all.forEach(id -> node.partners.behave(id, Manner.GOOD));
    node.partners.behave(dead, Manner.DEAD);
    all.forEach(id -> releaseAs(id, dead));
  }

  private void releaseAs(OwnerId id, OwnerId dead) {
    if (!id.equals(dead)) {
      node.partners.release(id);
    } else {
      node.partners.refuse(id);
    }
  }

  @Test
  void aSlowPartnerHoldsNothingUpAndItsLateWordCounts() throws Exception {
    node(6);
    List<PackId> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(pack(PackKind.DATA));
    }
    OwnerId slow = PackTestPartners.owner(2);
    node.partners.behave(slow, Manner.HELD);
    Shipper shipper = node.shipper(PackTestNode.fixed(4, 2), SETTINGS);
    tick(shipper);
    assertEquals(10, IntStream.range(0, 2).map(i -> placedUnchecked(ids.get(i))).sum());
    assertEquals(PackState.SEALED, row(ids.get(2)).state(), "two packs wait for the slow one");

    node.clock.advance(Duration.ofSeconds(6));
    tick(shipper);
    for (PackId id : ids) {
      assertEquals(5, placed(id));
    }
    assertEquals(2, node.partners.count("put", slow), "one who is slow gets nothing more");

    for (int i = 0; i < 6; i++) {
      node.partners.release(slow);
      tick(shipper);
    }
    for (PackId id : ids) {
      assertEquals(6, placed(id));
    }
    assertEquals(6, node.partners.count("put", slow));
  }

  private int placedUnchecked(PackId id) {
    try {
      return placed(id);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aFullPartnerIsReplacedAtOnceAndReported() throws Exception {
    node(7);
    PackId id = pack(PackKind.DATA);
    OwnerId full = firstChoice(id);
    node.partners.behave(full, Manner.FULL);
    Shipper shipper = node.shipper(PackTestNode.fixed(4, 2), SETTINGS);
    tick(shipper);
    assertEquals(PackState.PLACED, row(id).state());
    assertEquals(1, node.partners.count("put", full));
    assertTrue(shards(id).stream().noneMatch(shard -> shard.holder().equals(full)));
    assertTrue(node.events.get(0).startsWith("partner-full: " + full), node.events.get(0));
  }

  @Test
  void aFullPartnerWithoutASpareIsTriedAgainLater() throws Exception {
    node(3);
    PackId id = pack(PackKind.DATA);
    OwnerId full = PackTestPartners.owner(1);
    node.partners.behave(full, Manner.FULL);
    Shipper shipper = node.shipper(PackTestNode.fixed(2, 1), SETTINGS);
    tick(shipper);
    assertEquals(2, placed(id));
    node.partners.behave(full, Manner.GOOD);
    node.clock.advance(Duration.ofMinutes(1));
    tick(shipper);
    assertEquals(3, placed(id));
  }

  @Test
  void aCrashBetweenWordAndRowCostsOneMorePutOfTheSameBytes() throws Exception {
    node(3);
    PackId id = pack(PackKind.DATA);
    node.rows.sync();
    tick(node.shipper(PackTestNode.fixed(2, 1), SETTINGS));
    assertEquals(3, placed(id));
    List<OwnerId> holders = shards(id).stream().map(ShardRow::holder).toList();

    PackTestNode after = new PackTestNode(directory, node.storage, node.partners);
    node.close();
    node = after;
    assertEquals(0, placed(id), "the words were not synced");
    assertEquals(
        holders,
        shards(id).stream().map(ShardRow::holder).toList(),
        "who shall hold what was synced before a byte left");
    tick(node.shipper(PackTestNode.fixed(2, 1), SETTINGS));
    assertEquals(3, placed(id));
    assertEquals(6, node.partners.count("put"));
    assertTrue(node.events.isEmpty(), "the holders found the same bytes");
  }

  @Test
  void aLateWordOfAHolderWhoWasReplacedCountsIfItComesFirst() throws Exception {
    node(4);
    PackId id = pack(PackKind.DATA);
    OwnerId late = firstChoice(id);
    node.partners.behave(late, Manner.HELD);
    Shipper shipper = node.shipper(PackTestNode.fixed(2, 1), SETTINGS);
    tick(shipper);
    OwnerId spare =
        node.partners.kept.keySet().stream()
            .filter(owner -> holderless(owner, id))
            .findFirst()
            .orElseThrow();
    node.partners.behave(spare, Manner.HELD);
    node.clock.advance(Duration.ofMinutes(11));
    tick(shipper);
    assertEquals(spare, shards(id).get(0).holder());
    node.partners.release(late);
    tick(shipper);
    assertEquals(late, shards(id).get(0).holder());
    assertEquals(PackState.PLACED, row(id).state());
    node.partners.release(spare);
    tick(shipper);
    assertEquals(late, shards(id).get(0).holder());
    assertEquals(3, row(id).placed());
  }

  private boolean holderless(OwnerId owner, PackId id) {
    try {
      return shards(id).stream().noneMatch(shard -> shard.holder().equals(owner));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aShardWhoseHolderIsNotThereGoesElsewhereSoonAndOneOfASlowHolderDoesNot() throws Exception {
    node(5);
    PackId first = pack(PackKind.DATA);
    PackId second = pack(PackKind.DATA);
    Shipper shipper = node.shipper(PackTestNode.fixed(2, 1), ShipperSettings.DEFAULT);
    OwnerId gone = firstChoice(first);
    OwnerId slow = firstChoice(second);
    makeReachable(gone, shipper);
    tick(shipper);
    assertEquals(2, placed(first));
    if (!slow.equals(gone)) {
      node.partners.behave(slow, Manner.HELD);
    }
    PackId third = pack(PackKind.DATA);
    shipper.sealed(third);
    tick(shipper);
    boolean slowHasOne = shards(third).stream().anyMatch(s -> s.holder().equals(slow));
    node.clock.advance(Duration.ofSeconds(21));
    tick(shipper);
    boolean onItsWay =
        shards(first).stream()
            .anyMatch(s -> s.holder().equals(slow) && s.state() == ShardState.PENDING);
    assertEquals(onItsWay ? 2 : 3, placed(first));
    assertFalse(shards(first).stream().anyMatch(shard -> shard.holder().equals(gone)));
    assertEquals(
        slowHasOne && !slow.equals(gone),
        shards(third).stream().anyMatch(shard -> shard.holder().equals(slow)),
        "who is slow keeps what is on its way to him");
  }

  @Test
  void aPackThatIsDamagedHereIsNeverShipped() throws Exception {
    node(3);
    PackId bad = pack(PackKind.DATA);
    PackId good = pack(PackKind.DATA);
    try (var file = new RandomAccessFile(directory.resolve(bad + ".pack").toFile(), "rw")) {
      file.seek(1000);
      int before = file.read();
      file.seek(1000);
      file.write(before ^ 4);
    }
    Shipper shipper = node.shipper(PackTestNode.fixed(2, 1), SETTINGS);
    tick(shipper);
    assertEquals(0, placed(bad));
    assertEquals(3, placed(good));
    assertEquals(3, node.partners.count("put"));
    assertEquals(1, node.events.size());
    assertTrue(node.events.get(0).startsWith("pack-unfit: pack " + bad), node.events.get(0));
  }

  @Test
  void aHolderWhoLosesAShardGetsItAgainAndTheSecondTimeAnotherHasIt() throws Exception {
    node(4);
    Shipper shipper = node.shipper(PackTestNode.fixed(2, 1), SETTINGS);
    PackId id = pack(PackKind.DATA);
    shipper.sealed(id);
    tick(shipper);
    ShardName shard = new ShardName(id, CodeParameters.of(2, 1), 1);
    OwnerId forgetful = shards(id).get(1).holder();
    shipper.found(shard, PackTestPartners.owner(99)); // who never had it
    shipper.found(shard, forgetful);
    assertEquals(3, placed(id));
    tick(shipper);
    assertEquals(3, placed(id));
    assertEquals(forgetful, shards(id).get(1).holder());
    assertEquals(4, node.partners.count("put"), "once more");
    shipper.found(shard, forgetful);
    tick(shipper);
    assertEquals(3, placed(id));
    assertFalse(shards(id).get(1).holder().equals(forgetful));
    assertEquals(5, node.partners.count("put"));
  }

  @Test
  void safeIsWhatTheTargetSays() throws Exception {
    node(6);
    PackId id = pack(PackKind.DATA);
    OwnerId dead = PackTestPartners.owner(3);
    node.partners.behave(dead, Manner.DEAD);
    var survivesOne = new PlacementPolicy(Optional.of(CodeParameters.of(4, 2)), OptionalInt.of(1));
    Shipper shipper = node.shipper(survivesOne, SETTINGS);
    assertFalse(shipper.awaitPlaced(List.of(id), Duration.ZERO));
    tick(shipper);
    assertEquals(5, placed(id));
    assertTrue(shipper.isPlaced(List.of(id)));
    assertTrue(shipper.awaitPlaced(List.of(id), Duration.ZERO));
    assertTrue(row(id).wasSafe());
    assertNotEquals(PackState.PLACED, row(id).state());
  }

  @Test
  void whoWaitsForPacksIsWokenByTheLastWord() throws Exception {
    node(2);
    PackId id = pack(PackKind.TREE);
    Shipper shipper = node.shipper(PlacementPolicy.DEFAULT, SETTINGS);
    var waiting =
        java.util.concurrent.CompletableFuture.supplyAsync(
            () -> {
              try {
                return shipper.awaitPlaced(List.of(id), Duration.ofMinutes(1));
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    tick(shipper);
    assertTrue(waiting.get());
  }
}
