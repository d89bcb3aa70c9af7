package kith.index;

import static kith.index.HoldingStoreContract.HOLDER;
import static kith.index.HoldingStoreContract.OTHER;
import static kith.index.HoldingStoreContract.OWNER;
import static kith.index.HoldingStoreContract.name;
import static kith.index.HoldingStoreContract.put;
import static kith.index.HoldingStoreContract.sealed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is held for others after crashes, lost rows and damage. */
final class HeldRecoveryTest {
  private static final Path HELD = Path.of("/held");
  private static final Path LEDGERS = Path.of("/ledgers");

  private CrashDisk disk;
  private MemoryStorage storage;
  private Rows rows;
  private HoldingStore store;

  @BeforeEach
  void begin() throws IOException {
    disk = new CrashDisk();
    disk.makeDirectory(HELD);
    disk.makeDirectory(LEDGERS);
    storage = new MemoryStorage();
    start();
  }

  /** Starts the store over what is durable; unsynced rows are forgotten. */
  private void start() throws IOException {
    rows = storage.rows(() -> {});
    store = new FileHoldingStore(disk, HELD, LEDGERS, HOLDER, rows);
  }

  private void loseRows() {
    storage = new MemoryStorage();
  }

  private HeldPlace place(OwnerId owner) {
    return HeldPlace.of(disk, HELD, LEDGERS, owner, HOLDER);
  }

  private List<HeldShard> all(OwnerId owner) throws IOException {
    return store.list(owner, null, 1000);
  }

  private void putSome() throws IOException, KithException {
    for (int i = 0; i < 6; i++) {
      put(store, OWNER, i, sealed(i, 1000 + i));
    }
    put(store, OTHER, 50, sealed(50, 50));
    store.drop(OWNER, name(2), 900);
    store.drop(OWNER, name(4), 901);
    put(store, OWNER, 4, sealed(4, 1004));
  }

  @Test
  void theBytesOfHeldFilesAreAsDocumented() throws IOException, KithException {
    IncomingShard incoming = store.begin(OWNER, name(7), new byte[] {1, 2, 3}, 5);
    byte[] bytes = {5, 4, 3, 2, 1};
    incoming.write(0, ByteBuffer.wrap(bytes));
    incoming.commit(MerkleTree.root(bytes), 1_700_000_000_000L);
    store.putHead(OWNER, new HeldHead(2, 3, new byte[] {8, 9}));
    String found =
        HexFormat.of().formatHex(disk.content(place(OWNER).shard(name(7))))
            + HexFormat.of()
                .formatHex(disk.content(place(OWNER).head(new HeldHead(2, 3, new byte[0]))))
            + HexFormat.of().formatHex(rows.get(Table.HELD_SHARDS, HeldRows.key(OWNER, name(7))))
            + HexFormat.of().formatHex(rows.get(Table.HELD_OWNERS, OWNER.toBytes()));
    try (var golden = HeldRecoveryTest.class.getResourceAsStream("/golden/held-1.hex")) {
      String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected.replaceAll("\\s", ""), found);
    }
  }

  @Test
  void rowsThatWereForgottenAreTakenFromTheLedger() throws IOException, KithException {
    put(store, OWNER, 100, sealed(100, 100));
    rows.sync();
    putSome();
    List<HeldShard> before = all(OWNER);
    long used = store.usedBytes(OWNER);
    start();
    assertEquals(before, all(OWNER));
    assertEquals(used, store.usedBytes(OWNER));
    assertEquals(List.of(OWNER, OTHER), store.owners());
    assertArrayEquals(sealed(4, 1004), store.read(OWNER, name(4), 0, 1));
  }

  @Test
  void lostRowsAreMadeAgainFromFilesAndLedgers() throws IOException, KithException {
    putSome();
    store.putHead(OWNER, new HeldHead(1, 1, new byte[10]));
    List<HeldShard> before = all(OWNER);
    List<HeldShard> beforeOther = all(OTHER);
    LedgerPosition position = store.ledgerPosition(OWNER);
    long used = store.usedBytes(OWNER);
    loseRows();
    start();
    assertEquals(before, all(OWNER));
    assertEquals(beforeOther, all(OTHER));
    assertEquals(used, store.usedBytes(OWNER));
    assertEquals(position, store.ledgerPosition(OWNER));
    assertEquals(1, store.heads(OWNER).size());
    loseRowsOnTheWay(before, used);
  }

  /** A crash in the middle of making them again. */
  private void loseRowsOnTheWay(List<HeldShard> before, long used) throws IOException {
    for (int kept = 0; kept < 4; kept++) {
      loseRows();
      start();
      HeldRows.Totals start = new HeldRows.Totals(0, 0, LedgerPosition.start(OWNER, HOLDER, 1));
      Update half = new Update().put(Table.HELD_OWNERS, OWNER.toBytes(), HeldRows.write(start));
      for (int i = kept; i < before.size(); i++) {
        half.delete(Table.HELD_SHARDS, HeldRows.key(OWNER, before.get(i).name()));
      }
      long bytes = before.subList(0, kept).stream().mapToLong(HeldShard::sealedLength).sum();
      half.put(Table.HELD_OWNERS, OWNER.toBytes(), HeldRows.write(start.plus(bytes, kept)));
      rows.apply(half);
      rows.sync();
      start();
      assertEquals(before, all(OWNER));
      assertEquals(used, store.usedBytes(OWNER));
    }
  }

  @Test
  void aFileWithoutAnEntryIsRemovedWhenRowsAreMadeAgain() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    put(store, OWNER, 2, sealed(2, 100));
    Path orphan = place(OWNER).shard(name(3));
    disk.rename(place(OWNER).shard(name(2)), orphan);
    loseRows();
    start();
    assertFalse(disk.exists(orphan));
    assertEquals(List.of(name(1)), all(OWNER).stream().map(HeldShard::name).toList());
    assertEquals(100, store.usedBytes(OWNER));
  }

  /** Whether the directory has the files of the shards that are kept, and of no others. */
  private void assertNoStrays(String message) throws IOException {
    List<String> kept =
        all(OWNER).stream()
            .map(shard -> place(OWNER).shard(shard.name()).getFileName().toString())
            .toList();
    List<String> files =
        disk.list(place(OWNER).directory()).stream()
            .filter(file -> file.endsWith(HeldPlace.SHARD))
            .toList();
    assertEquals(kept, files, message);
  }

  @Test
  void aFileThatIsNotKeptIsRemovedAtTheStart() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    put(store, OWNER, 2, sealed(2, 100));
    put(store, OWNER, 5, sealed(5, 100));
    LedgerEntry drop = store.drop(OWNER, name(2), 5);
    rows.sync();
    disk.create(place(OWNER).shard(name(2))).close(); // its deletion was forgotten
    disk.create(place(OWNER).shard(name(3))).close(); // a crash before its entry
    start();
    assertNoStrays("after the start");
    assertEquals(200, store.usedBytes(OWNER));
    assertEquals(drop.position(1), store.ledgerPosition(OWNER));
  }

  @Test
  void aFileThatTheLedgerNamesIsNotRemovedWithItsRow() throws IOException, KithException {
    putSome();
    disk.create(place(OWNER).shard(name(9))).close();
    List<HeldShard> before = all(OWNER);
    long used = store.usedBytes(OWNER);
    rows.apply(new Update().delete(Table.HELD_SHARDS, HeldRows.key(OWNER, name(4))));
    rows.sync();
    start();
    assertEquals(before, all(OWNER));
    assertEquals(used, store.usedBytes(OWNER));
    assertArrayEquals(sealed(4, 1004), store.read(OWNER, name(4), 0, 1));
    assertNoStrays("after the start");
  }

  @Test
  void aFileWithoutAnEntryIsReplacedByANewPut() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    disk.rename(place(OWNER).shard(name(1)), place(OWNER).shard(name(3)));
    put(store, OWNER, 3, sealed(3, 70));
    assertArrayEquals(sealed(3, 70), store.read(OWNER, name(3), 0, 1));
  }

  @Test
  void aDamagedLedgerIsHealedFromTheRows() throws IOException, KithException {
    for (int i = 0; i < 80; i++) {
      put(store, OWNER, i, sealed(i, 100));
    }
    store.drop(OWNER, name(10), 1);
    rows.sync();
    LedgerPosition position = store.ledgerPosition(OWNER);
    byte[] ledger = disk.content(place(OWNER).ledger());
    for (long damaged : new long[] {0, 3, 79}) {
      disk.flipBit(place(OWNER).ledger(), LedgerFile.offset(damaged) + 60);
      start();
      assertEquals(position, store.ledgerPosition(OWNER));
      assertArrayEquals(ledger, disk.content(place(OWNER).ledger()));
    }
    disk.flipBit(place(OWNER).ledger(), 70);
    start();
    assertArrayEquals(ledger, disk.content(place(OWNER).ledger()));
    assertEquals(79, all(OWNER).size());
  }

  @Test
  void aLedgerThatLostItsEndIsHealedFromTheRows() throws IOException, KithException {
    for (int i = 0; i < 5; i++) {
      put(store, OWNER, i, sealed(i, 100));
    }
    rows.sync();
    LedgerPosition position = store.ledgerPosition(OWNER);
    disk.cut(place(OWNER).ledger(), LedgerFile.offset(2));
    start();
    assertEquals(position, store.ledgerPosition(OWNER));
  }

  @Test
  void aLedgerThatCannotBeHealedBeginsAnewWithAllShards() throws IOException, KithException {
    putSome();
    rows.sync();
    List<ShardName> before = all(OWNER).stream().map(HeldShard::name).toList();
    long used = store.usedBytes(OWNER);
    disk.flipBit(place(OWNER).ledger(), LedgerFile.offset(6) + 60); // a drop: no row knows it
    start();
    LedgerPosition position = store.ledgerPosition(OWNER);
    assertEquals(2, position.generation());
    assertEquals(before.size(), position.count());
    assertEquals(before, all(OWNER).stream().map(HeldShard::name).toList());
    assertEquals(used, store.usedBytes(OWNER));
    put(store, OWNER, 70, sealed(70, 70));
    start();
    assertEquals(before.size() + 1, store.ledgerPosition(OWNER).count());
  }

  @Test
  void aLedgerThatIsGoneBeginsAnewWithAllShards() throws IOException, KithException {
    putSome();
    rows.sync();
    int count = all(OWNER).size();
    disk.delete(place(OWNER).ledger());
    start();
    assertEquals(count, store.ledgerPosition(OWNER).count());
    assertEquals(count, all(OWNER).size());
    assertArrayEquals(sealed(5, 1005), store.read(OWNER, name(5), 0, 1));
  }

  @Test
  void rowsAndLedgerMayBothBeGoneAndNoShardIsLost() throws IOException, KithException {
    putSome();
    Map<ShardName, byte[]> before = contents();
    loseRows();
    disk.delete(place(OWNER).ledger());
    start();
    assertContents(before, "no ledger");
    assertEquals(2, store.ledgerPosition(OWNER).generation());
    assertEquals(before.size(), store.ledgerPosition(OWNER).count());
    checkChain("no ledger");
  }

  @Test
  void aLedgerThatIsGoneBesideAHeadIsNotTakenForANewOne() throws IOException, KithException {
    store.putHead(OWNER, new HeldHead(1, 1, new byte[10]));
    loseRows();
    disk.delete(place(OWNER).ledger());
    start();
    assertEquals(2, store.ledgerPosition(OWNER).generation());
  }

  @Test
  void anyDamageOfAShortLedgerWithoutRowsLosesNoShard() throws IOException, KithException {
    putSome();
    store.drop(OWNER, name(4), 902);
    putLater(4, sealed(4, 1004));
    Map<ShardName, byte[]> before = contents();
    byte[] ledger = disk.content(place(OWNER).ledger());
    for (int position = 0; position < ledger.length; position += 7) {
      restore(place(OWNER).ledger(), ledger);
      disk.flipBit(place(OWNER).ledger(), position);
      loseRows();
      start();
      assertContents(before, "byte " + position);
      checkChain("byte " + position);
    }
  }

  @Test
  void aPowerLossWhileRowsAreMadeAgainLosesNoShard() throws IOException, KithException {
    for (long step = 1; ; step++) {
      begin();
      putSome();
      Map<ShardName, byte[]> before = contents();
      disk.flipBit(place(OWNER).ledger(), LedgerFile.offset(1) + 60);
      loseRows();
      disk.losePowerAt(step);
      try {
        start();
      } catch (CrashDisk.PowerLoss e) {
        rows.sync();
      }
      boolean finished = !disk.isOff();
      disk.restart(RandomGeneratorFactory.of("L64X128MixRandom").create(step));
      start();
      assertContents(before, "step and seed " + step);
      if (finished) {
        assertTrue(step > 3);
        return;
      }
    }
  }

  @Test
  void aDroppedShardWhoseFileCameBackStaysDropped() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    Path file = place(OWNER).shard(name(1));
    byte[] content = disk.content(file);
    store.drop(OWNER, name(1), 5);
    restore(file, content);
    loseRows();
    start();
    assertEquals(List.of(), all(OWNER));
    assertEquals(2, store.ledgerPosition(OWNER).count());
    assertFalse(disk.exists(file));
  }

  private void putLater(int number, byte[] sealed) throws IOException, KithException {
    IncomingShard incoming = store.begin(OWNER, name(number), new byte[] {1}, sealed.length);
    incoming.write(0, ByteBuffer.wrap(sealed));
    incoming.commit(MerkleTree.root(sealed), 2000);
  }

  private void restore(Path file, byte[] content) throws IOException {
    disk.delete(file);
    try (DiskFile made = disk.create(file)) {
      made.write(ByteBuffer.wrap(content), 0);
      made.force();
    }
    disk.forceDirectory(file.getParent());
  }

  private Map<ShardName, byte[]> contents() throws IOException, KithException {
    Map<ShardName, byte[]> contents = new TreeMap<>();
    for (HeldShard shard : all(OWNER)) {
      contents.put(shard.name(), store.read(OWNER, shard.name(), 0, 1));
    }
    return contents;
  }

  private void assertContents(Map<ShardName, byte[]> expected, String message)
      throws IOException, KithException {
    Map<ShardName, byte[]> found = contents();
    assertEquals(expected.keySet(), found.keySet(), message);
    for (Map.Entry<ShardName, byte[]> each : expected.entrySet()) {
      assertArrayEquals(each.getValue(), found.get(each.getKey()), message);
    }
    long used = expected.values().stream().mapToLong(bytes -> bytes.length).sum();
    assertEquals(used, store.usedBytes(OWNER), message);
  }

  @Test
  void aLostOrCutFileIsToldAndThePutAgainHealsIt() throws IOException, KithException {
    byte[] sealed = sealed(1, 1000);
    LedgerEntry entry = put(store, OWNER, 1, sealed);
    disk.cut(place(OWNER).shard(name(1)), 700);
    assertThrows(CorruptDataException.class, () -> store.read(OWNER, name(1), 0, 1));
    disk.delete(place(OWNER).shard(name(1)));
    assertThrows(CorruptDataException.class, () -> store.read(OWNER, name(1), 0, 1));
    assertEquals(entry, put(store, OWNER, 1, sealed));
    assertArrayEquals(sealed, store.read(OWNER, name(1), 0, 1));
    HeldShard shard = store.find(OWNER, name(1)).orElseThrow();
    loseRows();
    start();
    assertEquals(shard, store.find(OWNER, name(1)).orElseThrow());
  }

  @Test
  void aDamagedHeaderCostsTheDescriptorUntilThePutAgain() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    HeldShard shard = store.find(OWNER, name(1)).orElseThrow();
    disk.flipBit(place(OWNER).shard(name(1)), 200);
    loseRows();
    start();
    assertEquals(0, store.find(OWNER, name(1)).orElseThrow().descriptor().length);
    assertArrayEquals(sealed(1, 1000), store.read(OWNER, name(1), 0, 1));
    assertFalse(store.isWhole(OWNER, name(1)));
    put(store, OWNER, 1, sealed(1, 1000));
    assertTrue(store.isWhole(OWNER, name(1)));
    assertEquals(shard, store.find(OWNER, name(1)).orElseThrow());
  }

  @Test
  void everyDamageOfAFileIsFound() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    Path file = place(OWNER).shard(name(1));
    int length = disk.content(file).length;
    for (int position = 0; position < length; position++) {
      disk.flipBit(file, position);
      assertFalse(store.isWhole(OWNER, name(1)), "byte " + position);
      disk.flipBit(file, position);
    }
    assertTrue(store.isWhole(OWNER, name(1)));
    for (int size : new int[] {length + 1, length - 1, 30, 0}) {
      disk.cut(file, size);
      assertFalse(store.isWhole(OWNER, name(1)), "length " + size);
    }
    disk.delete(file);
    assertFalse(store.isWhole(OWNER, name(1)));
  }

  @Test
  void aDamagedHeadIsNotServed() throws IOException, KithException {
    HeldHead old = new HeldHead(1, 1, new byte[10]);
    HeldHead rotten = new HeldHead(1, 2, new byte[10]);
    store.putHead(OWNER, old);
    store.putHead(OWNER, rotten);
    int length = disk.content(place(OWNER).head(rotten)).length;
    for (int position = 0; position < length; position++) {
      disk.flipBit(place(OWNER).head(rotten), position);
      assertEquals(List.of(old), store.heads(OWNER), "byte " + position);
      disk.flipBit(place(OWNER).head(rotten), position);
    }
    assertEquals(List.of(rotten, old), store.heads(OWNER));
    disk.cut(place(OWNER).head(rotten), 30);
    assertEquals(List.of(old), store.heads(OWNER));
  }

  @Test
  void aDamagedHeadIsRemovedOnceAnotherIsKept() throws IOException, KithException {
    HeldHead good = new HeldHead(1, 1, new byte[10]);
    HeldHead rotten = new HeldHead(1, 2, new byte[10]);
    HeldHead next = new HeldHead(1, 3, new byte[10]);
    store.putHead(OWNER, good);
    store.putHead(OWNER, rotten);
    disk.cut(place(OWNER).head(rotten), 30);
    disk.setFree(20);
    assertThrows(IOException.class, () -> store.putHead(OWNER, next));
    assertTrue(disk.exists(place(OWNER).head(rotten)));
    disk.setFree(Long.MAX_VALUE);
    store.putHead(OWNER, next);
    assertFalse(disk.exists(place(OWNER).head(rotten)));
    assertEquals(List.of(next, good), store.heads(OWNER));
  }

  @Test
  void aDamagedHeadThatIsPutAgainIsWhole() throws IOException, KithException {
    HeldHead head = new HeldHead(1, 1, new byte[10]);
    store.putHead(OWNER, head);
    disk.cut(place(OWNER).head(head), 30);
    store.putHead(OWNER, head);
    assertEquals(List.of(head), store.heads(OWNER));
  }

  @Test
  void aFullDiskRefusesAndKeepsWhatIsThere() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    for (long free : new long[] {10, 700, 1500, 1550, 1600}) {
      disk.setFree(free);
      assertThrows(IOException.class, () -> put(store, OWNER, 2, sealed(2, 1000)));
      assertNoStrays("free " + free);
    }
    disk.setFree(Long.MAX_VALUE);
    assertEquals(1, store.ledgerPosition(OWNER).count());
    put(store, OWNER, 2, sealed(2, 1000));
    assertEquals(2000, store.usedBytes(OWNER));
    assertArrayEquals(sealed(1, 1000), store.read(OWNER, name(1), 0, 1));
    List<HeldShard> before = all(OWNER);
    start();
    assertEquals(before, all(OWNER));
    assertEquals(2000, store.usedBytes(OWNER));
  }

  @Test
  void aPutWhoseForceFailsLeavesNothing() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    disk.failDirectoryForces(1);
    assertThrows(IOException.class, () -> put(store, OWNER, 2, sealed(2, 1000)));
    assertNoStrays("the name was not forced");
    for (boolean drop : new boolean[] {false, true}) {
      disk.passForces(1); // that of the shard's file
      disk.failForces(1, drop);
      assertThrows(IOException.class, () -> put(store, OWNER, 2, sealed(2, 1000)));
      assertNoStrays("the ledger was not forced");
      disk.failForces(1, drop);
      assertThrows(IOException.class, () -> store.drop(OWNER, name(1), 5));
    }
    assertArrayEquals(sealed(1, 1000), store.read(OWNER, name(1), 0, 1));
    LedgerEntry entry = put(store, OWNER, 3, sealed(3, 1000));
    assertEquals(entry.position(1), store.ledgerPosition(OWNER));
    start();
    assertEquals(entry.position(1), store.ledgerPosition(OWNER));
    assertEquals(2000, store.usedBytes(OWNER));
    assertNoStrays("after the start");
  }

  @Test
  void whatCannotBeTakenBackIsSettledWithTheNextPut() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    disk.passForces(1);
    disk.failForces(2, false);
    assertThrows(IOException.class, () -> put(store, OWNER, 2, sealed(2, 1000)));
    assertTrue(disk.exists(place(OWNER).shard(name(2)))); // the entry may be durable
    put(store, OWNER, 3, sealed(3, 1000));
    assertNoStrays("settled");
    assertEquals(2000, store.usedBytes(OWNER));
    assertEquals(2, store.ledgerPosition(OWNER).count());
  }

  @Test
  void afterAPowerLossAllThatWasAcknowledgedIsThere() throws IOException, KithException {
    for (long step = 1; ; step++) {
      begin();
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(step);
      disk.losePowerAt(step);
      Map<ShardName, LedgerEntry> acknowledged = new TreeMap<>();
      useUntilPowerLoss(random, acknowledged);
      boolean finished = !disk.isOff();
      disk.restart(random);
      start();
      assertNoStrays("step and seed " + step);
      checkAll(acknowledged, "step and seed " + step);
      if (finished) {
        assertTrue(step > 40);
        return;
      }
    }
  }

  private void useUntilPowerLoss(RandomGenerator random, Map<ShardName, LedgerEntry> acknowledged)
      throws IOException {
    try {
      for (int i = 0; i < 8; i++) {
        acknowledged.put(name(i), put(store, OWNER, i, sealed(i, 2000)));
        if (random.nextInt(3) == 0) {
          rows.sync();
        }
        if (i % 3 == 2) {
          acknowledged.put(name(i - 1), null); // coming or going: either is right
          acknowledged.put(name(i - 1), store.drop(OWNER, name(i - 1), 5));
        }
      }
    } catch (CrashDisk.PowerLoss e) {
      assertTrue(disk.isOff());
    } catch (KithException e) {
      throw new AssertionError(e);
    }
  }

  private void checkAll(Map<ShardName, LedgerEntry> acknowledged, String message)
      throws IOException, KithException {
    long used = 0;
    for (HeldShard shard : all(OWNER)) {
      used += shard.sealedLength();
      byte[] sealed = store.read(OWNER, shard.name(), 0, 1);
      assertEquals(shard.merkleRoot(), MerkleTree.root(sealed), message);
    }
    assertEquals(used, store.usedBytes(OWNER), message);
    for (Map.Entry<ShardName, LedgerEntry> each : acknowledged.entrySet()) {
      LedgerEntry entry = each.getValue();
      if (entry != null) {
        boolean put = entry.change().kind() == LedgerChange.Kind.PUT;
        assertEquals(put, store.find(OWNER, each.getKey()).isPresent(), message);
        assertEquals(entry, store.ledgerEntries(OWNER, entry.sequence(), 1).get(0), message);
      }
    }
    put(store, OWNER, 60, sealed(60, 60));
    checkChain(message);
  }

  private void checkChain(String message) throws IOException, KithException {
    LedgerPosition at = store.ledgerPosition(OWNER, 0);
    List<LedgerEntry> entries = new ArrayList<>(store.ledgerEntries(OWNER, 0, 1000));
    for (LedgerEntry entry : entries) {
      assertTrue(entry.follows(at), message);
      at = entry.position(at.generation());
    }
    assertEquals(at, store.ledgerPosition(OWNER), message);
  }
}
