package kith.index;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.ShardName;
import org.junit.jupiter.api.Test;

/** Damaged files of what is held for others, full disks and power losses. */
final class HeldDamageTest extends HeldFixture {
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
    assertEquals(used, liveBytes(), message);
    for (Map.Entry<ShardName, LedgerEntry> each : acknowledged.entrySet()) {
      LedgerEntry entry = each.getValue();
      if (entry != null) {
        boolean put = entry.change().kind() == LedgerChange.Kind.PUT;
        assertEquals(put, store.find(OWNER, each.getKey()).isPresent(), message);
        assertEquals(!put, store.findTrash(OWNER, each.getKey()).isPresent(), message);
        assertEquals(
            entry.change().merkleRoot(),
            MerkleTree.root(store.read(OWNER, each.getKey(), 0, 1)),
            message);
        assertEquals(entry, store.ledgerEntries(OWNER, entry.sequence(), 1).get(0), message);
      }
    }
    put(store, OWNER, 60, sealed(60, 60));
    checkChain(message);
  }
}
