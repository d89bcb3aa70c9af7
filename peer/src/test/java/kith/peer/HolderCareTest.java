package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.codec.ShardName;
import kith.index.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a holder looks after what it keeps. */
final class HolderCareTest {
  private @TempDir Path folder;
  private AuditPair pair;

  @BeforeEach
  void start() throws IOException, KithException {
    pair = new AuditPair(8, folder);
    for (int i = 0; i < 6; i++) {
      pair.put(100_000);
    }
  }

  @AfterEach
  void close() {
    pair.close();
  }

  private HolderScrub scrub() throws IOException {
    TestNode holder = pair.holder;
    return new HolderScrub(holder.store, holder.audits, holder.rows, pair.clock);
  }

  private int found() {
    int found = 0;
    for (ShardName shard : pair.plain.keySet()) {
      found += pair.holder.audits.knowsDamaged(pair.owner.id(), shard) ? 1 : 0;
    }
    return found;
  }

  @Test
  void allIsReadOnceInAFortnightEvenly() throws IOException {
    pair.plain.keySet().forEach(shard -> pair.holder.store.flipBit(pair.owner.id(), shard, 9));
    HolderScrub scrub = scrub();
    List<Integer> byDay = new ArrayList<>();
    for (int hour = 0; hour < 16 * 24; hour++) {
      pair.clock.advance(Duration.ofHours(1));
      scrub.tick();
      if (hour % 24 == 23) {
        byDay.add(found());
      }
    }
    assertEquals(6, found());
    assertTrue(byDay.get(1) >= 1 && byDay.get(1) <= 2, byDay + "");
    assertTrue(byDay.get(7) >= 3 && byDay.get(7) <= 4, byDay + "");
  }

  @Test
  void aScrubGoesOnAfterARestartAndAJumpOfTheClock() throws IOException {
    for (int day = 0; day < 8; day++) {
      pair.clock.advance(Duration.ofDays(1));
      scrub().tick();
    }
    pair.plain.keySet().forEach(shard -> pair.holder.store.flipBit(pair.owner.id(), shard, 9));
    pair.restartHolder();
    pair.clock.set(VirtualClock.START.minus(Duration.ofDays(2)));
    scrub().tick();
    for (int day = 0; day < 31; day++) {
      pair.clock.advance(Duration.ofDays(1));
      scrub().tick();
    }
    assertEquals(6, found());
  }

  @Test
  void whatIsWholeAgainIsForgotten() throws IOException {
    ShardName shard = pair.plain.keySet().iterator().next();
    pair.holder.store.flipBit(pair.owner.id(), shard, 9);
    pair.holder.audits.damaged(pair.owner.id(), shard);
    assertEquals(1, found());
    pair.holder.store.flipBit(pair.owner.id(), shard, 9);
    HolderScrub scrub = scrub();
    pair.clock.advance(Duration.ofDays(20));
    scrub.tick();
    assertEquals(0, found());
  }

  @Test
  void aSickDiskIsNoDamage() throws IOException {
    HolderScrub scrub = scrub();
    pair.holder.store.failWith(new IOException("Input/output error"));
    pair.clock.advance(Duration.ofDays(20));
    assertThrows(IOException.class, scrub::tick);
    ShardName shard = pair.plain.keySet().iterator().next();
    assertThrows(IOException.class, () -> pair.holder.audits.damaged(pair.owner.id(), shard));
    assertTrue(pair.holder.audits.health().isSick());
    assertEquals(0, found());
  }

  @Test
  void damageIsRememberedOverRestartsAndBounded() throws IOException {
    var storage = new MemoryStorage();
    ShardName shard = pair.plain.keySet().iterator().next();
    var before = new DamagedShards(storage.rows(() -> {}));
    assertTrue(before.add(pair.owner.id(), shard, pair.clock.instant()));
    assertFalse(before.add(pair.owner.id(), shard, pair.clock.instant()));
    var rows = storage.rows(() -> {});
    var after = new DamagedShards(rows);
    assertEquals(List.of(shard), after.of(pair.owner.id(), 64));
    assertEquals(List.of(), after.of(pair.holder.id(), 64));
    after.remove(pair.owner.id(), shard);
    assertEquals(0, new DamagedShards(rows).count());
  }

  @Test
  void aDiskThatDoesNotAnswerIsSickWhileItHangs() {
    var nanos = new AtomicLong(5);
    var seen = new ArrayList<Boolean>();
    HolderHealth[] health = {null};
    health[0] =
        new HolderHealth(
            () -> {
              seen.add(health[0].isSick());
              nanos.addAndGet(HolderHealth.DEADLINE.toNanos() + 1);
              seen.add(health[0].isSick());
            },
            nanos::get);
    health[0].tick();
    assertEquals(List.of(false, true), seen);
    assertFalse(health[0].isSick(), "it has answered after all");
  }

  @Test
  void aSickHolderServesNothingUntilAProbeWorks() throws KithException {
    var get = pair.plain.keySet().iterator().next();
    pair.holder.audits.health().failed();
    assertThrows(
        PartnerUnavailableException.class,
        () -> pair.owner.client.get(pair.holder.id(), get, 0, 1));
    assertThrows(PartnerUnavailableException.class, () -> pair.put(1000));
    pair.owner.client.ping(pair.holder.id());
    pair.holder.audits.health().tick();
    assertEquals(65_552, pair.owner.client.get(pair.holder.id(), get, 0, 1).length);
  }
}
