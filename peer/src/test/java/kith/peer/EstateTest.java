package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.peer.conduct.EstateTerm.Cause;
import kith.peer.conduct.EstateTerm.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner who is silent, in virtual months, and a holder whom others talk to. */
final class EstateTest {
  private ReadingNodes nodes;
  private TestNode third;

  @BeforeEach
  void start() throws IOException, KithException {
    nodes = new ReadingNodes(ReadingNodes.strangersWithoutCommitment());
    third = TestNode.virtual(nodes.network, "third");
    TestNode.befriend(nodes.holder, third, ReadingNodes.SPACE);
    nodes.put(2);
  }

  @AfterEach
  void close() {
    third.close();
    nodes.close();
  }

  /** The third is there each half day, the owner is not. */
  private void silent(Duration time) throws IOException, KithException {
    for (long hour = 0; hour < time.toHours(); hour++) {
      nodes.clock.advance(Duration.ofHours(1));
      if (hour % 12 == 0) {
        third.client.newestHead(nodes.holder.id());
      }
      nodes.holder.reading.tick(nodes.holder.handover);
    }
  }

  private Phase phase() {
    Partner owner = nodes.holder.book.find(nodes.owner.id()).orElseThrow();
    return nodes.holder.reading.standing(owner).estate();
  }

  @Test
  void aBurntOutOwnersShardsAreReadByHisKitWeeksLater() throws IOException, KithException {
    silent(Duration.ofDays(40));
    assertEquals(Phase.ESTATE, phase());
    try (TestNode view = nodes.view()) {
      assertThrows(
          NotYetException.class,
          () -> ReadingNodes.read(view, nodes.shards.get(0), ReadPurpose.COURTESY));
      ReadPurpose restore = nodes.declare(view);
      assertEquals(nodes.held(), nodes.readAll(view, restore));
      assertEquals(2, view.client.list(nodes.holder.id(), null, 10).shards().size());
      silent(Duration.ofHours(2));
      assertEquals(Phase.ESTATE, phase(), "a view is not the node");
    }
  }

  @Test
  void whoReturnsHasHisPlaceBackAndIsTold() throws IOException, KithException {
    silent(Duration.ofDays(30));
    assertEquals(Phase.ESTATE, phase());
    nodes.put(1);
    assertEquals(Phase.PARTNER, phase());
    ReadingNodes.read(nodes.owner, nodes.shards.get(0), ReadPurpose.COURTESY);
    var watch = new RestoreWatch(nodes.owner.self, nodes.owner.book, nodes.owner.client);
    watch.tick();
    assertEquals(1, watch.estates().size());
    assertEquals(Cause.SILENT, watch.estates().get(0).cause());
    assertEquals(Optional.of(nodes.clock.instant()), watch.estates().get(0).returned());
  }

  @Test
  void afterItsTimeAnEstateIsGivenUpAndTheSpaceOfferedAgain() throws IOException, KithException {
    long promised = nodes.holder.promises.bytes();
    silent(Duration.ofDays(42)); // partners for three weeks when the silence was too long
    assertEquals(Phase.ESTATE, phase());
    assertEquals(nodes.held(), nodes.holder.store.usedBytes(nodes.owner.id()));
    silent(Duration.ofDays(2));
    assertEquals(0, nodes.holder.store.usedBytes(nodes.owner.id()));
    assertEquals(Optional.empty(), nodes.holder.book.find(nodes.owner.id()));
    assertEquals(promised - ReadingNodes.SPACE, nodes.holder.promises.bytes());
    assertTrue(nodes.holder.ended.contains(nodes.owner.id()));
    assertTrue(nodes.holder.book.find(third.id()).isPresent());
  }

  @Test
  void theAgreementOutlastsAnEstateWhileSomethingOfOursIsThere() throws IOException, KithException {
    nodes.holder.needed.add(nodes.owner.id());
    silent(Duration.ofDays(45));
    assertEquals(Phase.OVER, phase());
    assertEquals(0, nodes.holder.store.usedBytes(nodes.owner.id()));
    assertThrows(NotPermittedException.class, () -> nodes.put(1));
    assertThrows(NotPermittedException.class, () -> nodes.declare(nodes.owner));
    assertEquals(Phase.OVER, phase());
    var watch = new RestoreWatch(nodes.owner.self, nodes.owner.book, nodes.owner.client);
    watch.tick();
    assertEquals(Phase.OVER, watch.estates().get(0).phase(), "its owner is told");
    nodes.holder.needed.clear();
    silent(Duration.ofHours(1));
    assertEquals(Optional.empty(), nodes.holder.book.find(nodes.owner.id()));
  }

  @Test
  void aClockThatJumpsGivesUpNothing() throws IOException, KithException {
    silent(Duration.ofDays(25));
    assertEquals(Phase.ESTATE, phase());
    for (int jump = 0; jump < 6; jump++) {
      nodes.clock.advance(Duration.ofDays(jump % 2 == 0 ? 300 : -300));
      silent(Duration.ofHours(3));
    }
    assertEquals(Phase.ESTATE, phase());
    assertEquals(nodes.held(), nodes.holder.store.usedBytes(nodes.owner.id()));
  }

  @Test
  void aHolderThatHearsNobodyKeepsEverything() throws IOException {
    for (int hour = 0; hour < 24 * 100; hour++) {
      nodes.clock.advance(Duration.ofHours(1));
      nodes.holder.reading.tick(nodes.holder.handover);
    }
    assertEquals(Phase.PARTNER, phase());
  }

  @Test
  void aRestartOfTheHolderBeginsNothingAnew() throws IOException, KithException {
    silent(Duration.ofDays(20));
    nodes.holder.rows.sync();
    nodes.holder = nodes.holder.restarted(nodes.network);
    nodes.network.kill(nodes.holder.id());
    nodes.network.revive(nodes.holder.id());
    assertEquals(Phase.PARTNER, phase());
    silent(Duration.ofDays(2));
    assertEquals(Phase.ESTATE, phase());
  }

  @Test
  void ofWhoRenegedNothingIsTakenUntilHeIsForgiven() throws IOException, KithException {
    nodes.clock.advance(Duration.ofDays(10));
    nodes.holder.reading.reneged(nodes.owner.id());
    assertThrows(NotPermittedException.class, () -> nodes.put(1));
    assertEquals(Phase.ESTATE, phase());
    ReadPurpose restore = nodes.declare(nodes.owner);
    assertEquals(nodes.held(), nodes.readAll(nodes.owner, restore));
    nodes.holder.reading.forgiven(nodes.owner.id());
    nodes.put(1);
  }

  @Test
  void whoHasNotShownWhatHeHoldsReadsNothingBack() throws IOException, KithException {
    nodes.holder.words.mayReadBack = false;
    assertThrows(
        NotYetException.class,
        () -> ReadingNodes.read(nodes.owner, nodes.shards.get(0), ReadPurpose.COURTESY));
    assertThrows(NotYetException.class, () -> nodes.declare(nodes.owner));
    nodes.holder.words.mayReadBack = true;
    assertEquals(nodes.held(), nodes.readAll(nodes.owner, nodes.declare(nodes.owner)));
  }
}
