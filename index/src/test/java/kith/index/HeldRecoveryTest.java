package kith.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static kith.index.HoldingStoreContract.HOLDER;
import static kith.index.HoldingStoreContract.OTHER;
import static kith.index.HoldingStoreContract.OWNER;
import static kith.index.HoldingStoreContract.name;
import static kith.index.HoldingStoreContract.put;
import static kith.index.HoldingStoreContract.sealed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGeneratorFactory;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.ShardName;
import org.junit.jupiter.api.Test;

/** What is held for others when the store is opened after crashes and lost rows. */
final class HeldRecoveryTest extends HeldFixture {
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
            + HexFormat.of().formatHex(rows.get(Table.HELD_OWNERS, OWNER.toBytes()))
            + droppedRow();
    try (var golden = HeldRecoveryTest.class.getResourceAsStream("/golden/held-1.hex")) {
      String expected = new String(golden.readAllBytes(), UTF_8);
      assertEquals(expected.replaceAll("\\s", ""), found);
    }
  }

  /** What a row of the trash looks like: observed for a day before, dropped at 6. */
  private String droppedRow() throws IOException, KithException {
    store.emptyTrash(0);
    store.emptyTrash(86_400_000L);
    store.drop(OWNER, name(7), 1_700_000_000_006L);
    return HexFormat.of().formatHex(rows.get(Table.HELD_TRASH, HeldRows.key(OWNER, name(7))))
        + HexFormat.of().formatHex(rows.get(Table.META, "trash.time".getBytes(UTF_8)));
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
      HeldRows.Totals start = HeldRows.Totals.none(LedgerPosition.start(OWNER, HOLDER, 1));
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

  @Test
  void aFileThatIsNotKeptIsRemovedAtTheStart() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    put(store, OWNER, 2, sealed(2, 100));
    put(store, OWNER, 5, sealed(5, 100));
    LedgerEntry drop = store.drop(OWNER, name(2), 5);
    rows.sync();
    disk.create(place(OWNER).shard(name(3))).close(); // a crash before its entry
    start();
    assertNoStrays("after the start");
    assertEquals(300, store.usedBytes(OWNER));
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
    disk.flipBit(place(OWNER).ledger(), LedgerFile.offset(7) + 60); // a drop: no row knows it
    start();
    LedgerPosition position = store.ledgerPosition(OWNER);
    assertEquals(2, position.generation());
    assertEquals(before.size() + 2, position.count()); // put and drop of what is in the trash
    assertEquals(before, all(OWNER).stream().map(HeldShard::name).toList());
    assertEquals(List.of(name(2)), trash(OWNER).stream().map(HeldShard::name).toList());
    assertEquals(used, store.usedBytes(OWNER));
    put(store, OWNER, 70, sealed(70, 70));
    start();
    assertEquals(before.size() + 3, store.ledgerPosition(OWNER).count());
  }

  @Test
  void aLedgerThatIsGoneBeginsAnewWithAllShards() throws IOException, KithException {
    putSome();
    rows.sync();
    int count = all(OWNER).size();
    disk.delete(place(OWNER).ledger());
    start();
    assertEquals(count + 2, store.ledgerPosition(OWNER).count());
    assertEquals(count, all(OWNER).size());
    assertArrayEquals(sealed(5, 1005), store.read(OWNER, name(5), 0, 1));
  }

  @Test
  void rowsAndLedgerMayBothBeGoneAndNoShardIsLost() throws IOException, KithException {
    putSome();
    Map<ShardName, byte[]> before = contents();
    before.put(name(2), sealed(2, 1002)); // nothing tells any more that it was dropped
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
    store.restore(OWNER, name(2), 2001); // what is in the trash would be kept, too
    before.put(name(2), sealed(2, 1002));
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
      before.put(name(2), sealed(2, 1002)); // nothing tells any more that it was dropped
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
  void whatWasDroppedIsInTheTrashForTheWholeTimeAgainWhenRowsAreLost()
      throws IOException, KithException {
    putSome();
    store.emptyTrash(0);
    pass(13);
    List<HeldShard> before = trash(OWNER);
    assertEquals(List.of(name(2)), before.stream().map(HeldShard::name).toList());
    loseRows();
    start();
    assertEquals(before, trash(OWNER));
    assertEquals(7, store.droppedUpTo(OWNER) - 1);
    store.emptyTrash(0);
    pass(13);
    assertEquals(before, trash(OWNER));
    pass(1);
    assertEquals(List.of(), trash(OWNER));
    assertNoStrays("after its time");
    loseRows();
    start();
    assertEquals(List.of(), trash(OWNER));
    assertNoStrays("rows were lost after its time");
  }

  /** Days, after a look at time 0. */
  private void pass(int days) throws IOException, KithException {
    for (int day = 1; day <= days; day++) {
      store.emptyTrash(day * 86_400_000L);
    }
    store.emptyTrash(0);
  }

  @Test
  void aRowOfTheTrashThatIsLostIsMadeAgain() throws IOException, KithException {
    putSome();
    List<HeldShard> before = all(OWNER);
    List<HeldShard> trash = trash(OWNER);
    long used = store.usedBytes(OWNER);
    rows.apply(new Update().delete(Table.HELD_TRASH, HeldRows.key(OWNER, name(2))));
    rows.sync();
    start();
    assertEquals(before, all(OWNER));
    assertEquals(trash, trash(OWNER));
    assertEquals(used, store.usedBytes(OWNER));
  }

  @Test
  void rowsOfTheFormerVersionAreRead() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 100));
    byte[] row = rows.get(Table.HELD_OWNERS, OWNER.toBytes());
    row = Arrays.copyOf(row, 65);
    row[0] = 1;
    rows.apply(new Update().put(Table.HELD_OWNERS, OWNER.toBytes(), row));
    rows.sync();
    start();
    assertEquals(100, store.usedBytes(OWNER));
    store.drop(OWNER, name(1), 5);
    assertEquals(100, store.trashBytes(OWNER));
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
    assertEquals(used, liveBytes(), message);
  }

  @Test
  void forgettingGoesOnAfterPowerLossAtAnyStep() throws IOException, KithException {
    int step = 0;
    boolean lost = true;
    for (; lost; step++) {
      begin();
      putSome();
      store.putHead(OWNER, new HeldHead(1, 1, new byte[10]));
      rows.sync();
      disk.losePowerAt(step);
      try {
        store.forget(OWNER);
      } catch (IOException e) {
        assertTrue(disk.isOff(), e.toString());
      }
      lost = disk.isOff();
      disk.restart(RandomGeneratorFactory.of("L64X128MixRandom").create(step));
      start();
      boolean all = store.owners().contains(OWNER);
      if (all) {
        assertNoStrays("step " + step);
        checkChain("step " + step);
        store.forget(OWNER);
      }
      assertEquals(List.of(OTHER), store.owners(), "step " + step);
      assertEquals(List.of(), all(OWNER), "step " + step);
      assertEquals(50, store.usedBytes(OTHER));
      put(store, OWNER, 9, sealed(9, 9));
      assertEquals(9, store.usedBytes(OWNER));
    }
    assertTrue(step > 10, step + " steps");
  }
}
