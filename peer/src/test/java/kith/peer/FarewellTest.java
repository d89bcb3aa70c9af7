package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.SealedShard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner who is gone for good, and those who only say so. */
final class FarewellTest {
  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(3, clock);
  private TestNode owner;
  private TestNode holder;
  private SealedShard shard;

  @BeforeEach
  void befriend() throws IOException, KithException {
    holder = TestNode.virtual(network, "holder");
    owner = TestNode.virtual(network, "owner");
    TestNode.befriend(holder, owner, 10 << 20);
    shard = Shards.make(Shards.random(1), holder.id(), 1000);
    owner.client.put(shard);
    holder.store.emptyTrash(clock.millis());
  }

  @AfterEach
  void close() {
    owner.close();
    holder.close();
  }

  private void say(OwnerRecord record) throws KithException {
    owner.client.ask(holder.id(), new KeepSetRequest.FarewellTell(record), Reply.KeepSetTold.class);
  }

  private OwnerRecord signed(String name, boolean gone) {
    return Farewell.sign(TestNode.keyOf(name), gone, clock.instant());
  }

  private void passDays(int days) throws IOException {
    for (int day = 0; day < days; day++) {
      clock.advance(Duration.ofDays(1));
      holder.store.emptyTrash(clock.millis());
      holder.leaver.tick();
    }
  }

  @Test
  void everythingIsFreedAfterTheTimeAndThenThePartnershipEnds() throws Exception {
    say(signed("owner", true));
    say(holder.book.farewells().find(owner.id()).orElseThrow().record()); // once more
    assertThrows(
        NotPermittedException.class,
        () -> owner.client.put(Shards.make(Shards.random(2), holder.id(), 1000)));
    assertArrayEquals(shard.sealed(), owner.client.get(holder.id(), shard.name(), 0, 1));
    passDays(13);
    assertEquals(1000, holder.store.usedBytes(owner.id()));
    assertTrue(holder.book.find(owner.id()).orElseThrow().isLeaving());
    network.kill(owner.id());
    passDays(1);
    assertEquals(List.of(), holder.store.owners());
    passDays(30);
    assertFalse(holder.book.find(owner.id()).isPresent(), "the space can be promised anew");
  }

  @Test
  void itCanBeWithdrawnWithinTheTime() throws Exception {
    OwnerRecord gone = signed("owner", true);
    say(gone);
    passDays(13);
    say(signed("owner", false));
    assertThrows(NotPermittedException.class, () -> say(gone));
    passDays(20);
    assertFalse(holder.book.find(owner.id()).orElseThrow().isLeaving());
    assertEquals(1000, holder.store.usedBytes(owner.id()));
    owner.client.put(Shards.make(Shards.random(2), holder.id(), 1000));
    say(signed("owner", true));
    passDays(14);
    assertEquals(List.of(), holder.store.owners());
  }

  @Test
  void itOutlastsARestartOfTheHolder() throws Exception {
    say(signed("owner", true));
    passDays(7);
    holder = holder.restarted(network);
    passDays(6);
    assertEquals(1000, holder.store.usedBytes(owner.id()));
    passDays(1);
    assertEquals(List.of(), holder.store.owners());
  }

  @Test
  void nobodyElseSaysIt() throws Exception {
    assertThrows(NotPermittedException.class, () -> say(signed("thief", true)));
    OwnerRecord old = signed("owner", true);
    clock.advance(Duration.ofDays(61));
    assertThrows(NotPermittedException.class, () -> say(old));
    byte[] whole = signed("owner", true).toBytes();
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertThrows(
          CorruptDataException.class,
          () -> Farewell.of(OwnerRecord.parse(damaged, RecordKind.FAREWELL)),
          "byte " + at);
    }
    passDays(20);
    assertEquals(1000, holder.store.usedBytes(owner.id()));
    assertEquals(owner.id(), Farewell.of(OwnerRecord.parse(whole, RecordKind.FAREWELL)).owner());
  }
}
