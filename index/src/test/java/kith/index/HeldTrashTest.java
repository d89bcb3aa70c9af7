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
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.ShardName;
import org.junit.jupiter.api.Test;

/** The trash of a holder whose disk fails, forgets and fills up. */
final class HeldTrashTest extends HeldFixture {
  private static final long DAY = 86_400_000L;

  private long clock;

  /** What is known from outside of the owner's shards. */
  private static final class Expected {
    final Map<ShardName, Integer> live = new TreeMap<>();

    /** Since which observed time each is in the trash. */
    final Map<ShardName, Long> trash = new TreeMap<>();

    /** Of which it is not known whether the last change of it was made. */
    ShardName open;
  }

  @Test
  void randomPutsDropsTakingOutAndCrashesNeverLoseWhatIsNeededOrKeepWhatIsNot()
      throws IOException, KithException {
    for (long seed = 1; seed <= 60; seed++) {
      begin();
      clock = 0;
      RandomGenerator random = random(seed);
      var expected = new Expected();
      for (int round = 0; round < 12; round++) {
        disk.losePowerAt(1 + random.nextInt(60));
        use(random, expected);
        if (!disk.isOff() && random.nextInt(3) > 0) {
          disk.losePowerAt(Long.MAX_VALUE);
          continue;
        }
        disk.restart(random);
        if (random.nextInt(4) == 0) {
          loseRows();
          expected.trash.replaceAll((name, since) -> 0L); // the whole time again
        }
        start();
        settle(expected);
        check(expected, "seed " + seed + ", round " + round);
      }
    }
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private void use(RandomGenerator random, Expected expected) throws KithException, IOException {
    try {
      for (int i = 0; i < 12; i++) {
        step(random, expected);
        expected.open = null;
      }
    } catch (IOException e) {
      assertTrue(disk.isOff(), e.toString());
    }
  }

  private void step(RandomGenerator random, Expected expected) throws KithException, IOException {
    int number = random.nextInt(6);
    ShardName name = name(number);
    expected.open = name;
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        put(store, OWNER, number, sealed(number, 700));
        expected.live.put(name, number);
        expected.trash.remove(name);
      }
      case 2 -> {
        if (expected.live.containsKey(name)) {
          store.drop(OWNER, name, clock);
          expected.live.remove(name);
          expected.trash.put(name, store.observedMillis());
        }
      }
      case 3 -> {
        if (expected.trash.containsKey(name)) {
          store.restore(OWNER, name, clock);
          expected.trash.remove(name);
          expected.live.put(name, number);
        }
      }
      default -> pass(random, expected);
    }
  }

  private void pass(RandomGenerator random, Expected expected) throws IOException, KithException {
    expected.open = null;
    clock += random.nextInt(3) == 0 ? 2 * DAY : random.nextInt(10) * DAY / 8;
    store.emptyTrash(clock);
    long observed = store.observedMillis();
    expected
        .trash
        .values()
        .removeIf(since -> observed - since >= HoldingStore.TRASH_TIME.toMillis());
    if (random.nextBoolean()) {
      rows.sync();
    }
  }

  /** What a crash left open is as the store says; the time in the trash may be longer by it. */
  private void settle(Expected expected) throws IOException {
    if (expected.open != null) {
      ShardName name = expected.open;
      boolean live = store.find(OWNER, name).isPresent();
      boolean trashed = store.findTrash(OWNER, name).isPresent();
      boolean before = expected.live.containsKey(name) || expected.trash.containsKey(name);
      Long since = expected.trash.remove(name);
      expected.live.remove(name);
      assertTrue(live || trashed || !before, name + " is lost");
      if (live) {
        expected.live.put(name, number(name));
      } else if (trashed) {
        expected.trash.put(name, since == null ? store.observedMillis() : since);
      }
    }
    for (TrashedShard each : store.listTrash(OWNER, null, 100)) {
      long since = store.observedMillis() - HoldingStore.TRASH_TIME.minus(each.left()).toMillis();
      Long expectedSince = expected.trash.get(each.shard().name());
      assertTrue(
          expectedSince == null || since >= Math.min(expectedSince, store.observedMillis()),
          each.shard().name() + " goes too early");
      expected.trash.put(each.shard().name(), since);
    }
  }

  private static int number(ShardName name) {
    return java.nio.ByteBuffer.wrap(name.toBytes()).getInt();
  }

  private void check(Expected expected, String message) throws IOException, KithException {
    assertEquals(
        expected.live.keySet(),
        new java.util.TreeSet<>(all(OWNER).stream().map(HeldShard::name).toList()),
        message);
    assertEquals(
        expected.trash.keySet(),
        new java.util.TreeSet<>(trash(OWNER).stream().map(HeldShard::name).toList()),
        message);
    for (ShardName name : expected.live.keySet()) {
      assertArrayEquals(sealed(number(name), 700), store.read(OWNER, name, 0, 1), message);
      assertTrue(store.isWhole(OWNER, name), message);
    }
    for (ShardName name : expected.trash.keySet()) {
      assertArrayEquals(sealed(number(name), 700), store.read(OWNER, name, 0, 1), message);
    }
    int all = expected.live.size() + expected.trash.size();
    assertEquals(700L * all, store.usedBytes(OWNER), message);
    assertNoStrays(message);
    checkChain(message);
  }

  @Test
  void whatIsRemovedFromTheTrashIsGoneAfterPowerLossAtAnyStepOrStillThere()
      throws IOException, KithException {
    boolean lost = true;
    int step = 1;
    for (; lost; step++) {
      begin();
      putSome();
      store.emptyTrash(0);
      for (int day = 1; day < 14; day++) {
        store.emptyTrash(day * DAY);
      }
      rows.sync();
      disk.losePowerAt(step);
      try {
        assertEquals(1, store.emptyTrash(14 * DAY));
      } catch (IOException e) {
        assertTrue(disk.isOff(), e.toString());
      }
      lost = disk.isOff();
      disk.restart(random(step));
      start();
      store.emptyTrash(14 * DAY);
      store.emptyTrash(15 * DAY);
      assertNoStrays("step " + step);
      assertEquals(0, store.trashBytes(OWNER), "step " + step);
      assertEquals(5, all(OWNER).size());
    }
    assertTrue(step > 2, step + " steps");
  }

  @Test
  void aDamagedShardIsNotTakenOutOfTheTrash() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    store.drop(OWNER, name(1), 5);
    Path file = place(OWNER).shard(name(1));
    int length = disk.content(file).length;
    for (int position = 0; position < length; position += 7) {
      disk.flipBit(file, position);
      int at = position;
      assertThrows(
          CorruptDataException.class, () -> store.restore(OWNER, name(1), 6), () -> "byte " + at);
      disk.flipBit(file, position);
    }
    disk.cut(file, length - 1);
    assertThrows(CorruptDataException.class, () -> store.restore(OWNER, name(1), 6));
    assertEquals(1000, store.trashBytes(OWNER));
    assertEquals(2, store.ledgerPosition(OWNER).count());
    put(store, OWNER, 1, sealed(1, 1000));
    assertTrue(store.isWhole(OWNER, name(1)));
  }

  @Test
  void aFullDiskOrAForceThatFailsLeavesTheShardInTheTrash() throws IOException, KithException {
    put(store, OWNER, 1, sealed(1, 1000));
    store.drop(OWNER, name(1), 5);
    disk.setFree(600);
    assertThrows(IOException.class, () -> store.restore(OWNER, name(1), 6));
    disk.setFree(Long.MAX_VALUE);
    disk.failDirectoryForces(1);
    assertThrows(IOException.class, () -> store.restore(OWNER, name(1), 6));
    disk.passForces(1);
    disk.failForces(1, false);
    assertThrows(IOException.class, () -> store.restore(OWNER, name(1), 6));
    assertNoStrays("failed");
    assertEquals(1000, store.trashBytes(OWNER));
    assertArrayEquals(sealed(1, 1000), store.read(OWNER, name(1), 0, 1));
    store.restore(OWNER, name(1), 7);
    assertEquals(0, store.trashBytes(OWNER));
    assertFalse(store.list(OWNER, null, 1).isEmpty());
    checkChain("afterwards");
  }
}
