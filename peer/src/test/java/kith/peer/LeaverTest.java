package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.SealedShard;
import kith.index.HeldHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two partners who part, in order and otherwise. */
final class LeaverTest {
  private static final long MIB = 1L << 20;
  private static final Duration MONTH = Duration.ofDays(30);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(3, clock);
  private final RandomGenerator random = Shards.random(13);
  private TestNode alice;
  private TestNode bob;

  @BeforeEach
  void befriend() throws IOException, KithException {
    alice = TestNode.virtual(network, "alice.example");
    bob = TestNode.virtual(network, "bob.example");
    TestNode.befriend(alice, bob, MIB);
    alice.client.put(shard(bob));
    bob.client.put(shard(alice));
    alice.store.putHead(bob.id(), new HeldHead(1, 1, new byte[9]));
    alice.needed.add(bob.id());
    bob.needed.add(alice.id());
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  private SealedShard shard(TestNode holder) {
    return Shards.make(random, holder.id(), 1000);
  }

  private void ticks() throws IOException {
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(61));
      alice.leaver.tick();
      bob.leaver.tick();
    }
  }

  private static Partner at(TestNode one, TestNode other) {
    return one.book.find(other.id()).orElseThrow();
  }

  private static Leave leave(TestNode one, TestNode other) {
    return at(one, other).leave().orElseThrow();
  }

  private void assertEnded() throws IOException {
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty());
    assertEquals(List.of(), alice.store.owners());
    assertEquals(List.of(), bob.store.owners());
    assertEquals(List.of(bob.id()), alice.ended);
    assertEquals(List.of(alice.id()), bob.ended);
    assertEquals(0, alice.promises.bytes());
  }

  @Test
  void eachHandsOverSaysSoAndTheOtherFreesTheSpaceAtOnce() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, false);
    ticks();
    Instant until = VirtualClock.START.plus(MONTH);
    assertTrue(at(bob, alice).isLeaving() && leave(bob, alice).isTold());
    assertEquals(until, leave(bob, alice).notice().until());
    assertTrue(leave(alice, bob).isTold(), "bob has signed it, too");
    assertEquals(1000, bob.store.usedBytes(alice.id()), "nothing is dropped before");
    alice.needed.clear();
    ticks();
    assertEquals(0, bob.store.usedBytes(alice.id()));
    assertEquals(0, bob.promises.bytes(), "the space can be offered again");
    assertTrue(leave(alice, bob).isFreedThere());
    assertEquals(1000, alice.store.usedBytes(bob.id()), "bob needs it yet");
    bob.needed.clear();
    ticks();
    assertEnded();
  }

  @Test
  void nothingNewIsKeptAndNothingAgreedMeanwhileButWhatIsThereIsServed()
      throws IOException, KithException {
    SealedShard before = shard(bob);
    alice.client.put(before);
    alice.leaver.leave(bob.id(), MONTH, false);
    ticks();
    assertThrows(NotPermittedException.class, () -> alice.client.put(shard(bob)));
    assertThrows(NotPermittedException.class, () -> bob.client.put(shard(alice)));
    assertEquals(1000, alice.client.get(bob.id(), before.name(), 0, 1).length);
    alice.client.put(before);
    var more = new AgreementChange(2 * MIB, null, null, null);
    assertThrows(NotPermittedException.class, () -> alice.negotiator.amend(bob.id(), more));
    assertThrows(NotPermittedException.class, () -> bob.negotiator.amend(alice.id(), more));
  }

  @Test
  void afterTheAgreedTimeEverythingIsKeptAsBefore() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, true);
    alice.needed.clear();
    ticks();
    clock.advance(Duration.ofDays(100));
    alice = alice.restarted(network);
    ticks();
    assertEquals(1000, alice.store.usedBytes(bob.id()));
    assertTrue(at(alice, bob).isLeaving());
    bob.needed.clear();
    ticks();
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty());
  }

  @Test
  void aNoticeIsWithdrawnAndBothGoOn() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, false);
    ticks();
    assertThrows(NotPermittedException.class, () -> bob.leaver.cancel(alice.id()));
    bob.needed.clear();
    ticks();
    assertEquals(0, alice.store.usedBytes(bob.id()), "bob had handed over already");
    alice.leaver.cancel(bob.id());
    ticks();
    assertFalse(at(alice, bob).isLeaving() || at(bob, alice).isLeaving());
    assertEquals(2, leave(bob, alice).notice().number());
    bob.client.put(shard(alice));
    alice.client.put(shard(bob));
    assertEquals(MIB, alice.promises.bytes());
    alice.needed.clear();
    alice.leaver.leave(bob.id(), MONTH, false);
    bob.needed.clear();
    ticks();
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty(), "and leave another time");
  }

  @Test
  void bothWhoLeaveAtOnceEndWithOneNotice() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, false);
    bob.leaver.leave(alice.id(), MONTH.plusDays(9), false);
    ticks();
    assertTrue(leave(alice, bob).record().sameBody(leave(bob, alice).record()));
    alice.needed.clear();
    bob.needed.clear();
    ticks();
    assertEnded();
  }

  @Test
  void whoIsGoneForGoodIsRemovedAfterTheTimeIfNothingOfHisIsHere()
      throws IOException, KithException {
    network.kill(bob.id());
    alice.store.forget(bob.id());
    alice.leaver.leave(bob.id(), MONTH, true);
    alice.needed.clear();
    ticks();
    assertTrue(at(alice, bob).isLeaving(), "he may come back and hear of it");
    clock.advance(MONTH);
    ticks();
    assertTrue(alice.book.all().isEmpty());
    network.revive(bob.id());
    bob.leaver.leave(alice.id(), MONTH, false);
    ticks();
    assertEquals(0, bob.store.usedBytes(alice.id()), "her word has waited for him");
    bob.needed.clear();
    ticks();
    assertTrue(bob.book.all().isEmpty());
  }

  /** Lets a day pass in which alice hears of carol, and of nobody else. */
  private void day(TestNode carol) throws IOException {
    for (int hour = 0; hour < 24; hour++) {
      clock.advance(Duration.ofHours(1));
      alice.reading.heard(carol.id());
      alice.reading.tick(alice.handover);
      alice.leaver.tick();
    }
  }

  @Test
  void whoNeverAnswersIsGoneAfterABoundedTimeAndHearsOfItWhenHeComesBack()
      throws IOException, KithException {
    TestNode carol = TestNode.virtual(network, "carol.example");
    TestNode.befriend(alice, carol, MIB);
    network.kill(bob.id());
    alice.leaver.leave(bob.id(), MONTH, true);
    alice.needed.clear();
    int days = 0;
    while (alice.book.find(bob.id()).isPresent()) {
      assertTrue(days < 30 + 180, "his pieces are an estate, which is not kept for ever");
      assertEquals(1000, alice.store.usedBytes(bob.id()));
      day(carol);
      days++;
    }
    assertTrue(days > 30, days + " days are less than was agreed");
    assertEquals(0, alice.store.usedBytes(bob.id()));
    assertEquals(MIB, alice.promises.bytes(), "what was his can be promised anew");
    alice = alice.restarted(network);

    network.revive(bob.id());
    clock.advance(Duration.ofHours(2));
    assertTrue(bob.client.reach(alice.id()).handle((peer, failure) -> failure == null).join());
    assertEquals(0, bob.negotiator.tick());
    bob.leaver.tick();
    assertTrue(leave(bob, alice).isTold() && leave(bob, alice).isReleasedHere());
    bob.leaver.tick();
    assertEquals(0, bob.store.usedBytes(alice.id()));
    assertTrue(bob.book.find(alice.id()).isPresent(), "he needs her yet");
    bob.needed.clear();
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(61));
      bob.leaver.tick();
    }
    assertTrue(bob.book.all().isEmpty());
    TestNode.befriend(alice, bob, MIB);
    assertEquals(Optional.empty(), at(alice, bob).leave());
    carol.close();
  }

  @Test
  void whoIsRemovedAndAnswersIsWaitedForAsLongAsHeNeedsUs() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, true);
    alice.needed.clear();
    for (int i = 0; i < 300; i++) {
      clock.advance(Duration.ofDays(1));
      alice.reading.heard(bob.id());
      alice.reading.tick(alice.handover);
      alice.leaver.tick();
      bob.leaver.tick();
    }
    assertEquals(1000, alice.store.usedBytes(bob.id()));
  }

  @Test
  void anEndedAgreementDoesNotComeBackFromAnOldRow() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, false);
    alice.needed.clear();
    bob.needed.clear();
    ticks();
    assertEnded();
    alice = alice.restarted(network);
    bob = bob.restarted(network);
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty());
    TestNode.befriend(alice, bob, MIB);
    assertEquals(Optional.empty(), at(alice, bob).leave());
    alice.client.put(shard(bob));
  }

  private Reply ask(TestNode from, TestNode to, Request request) throws KithException {
    return from.client.ask(to.id(), request);
  }

  private LeaveNotice notice(TestNode leaver, TestNode other, long number) {
    Instant made = clock.instant();
    return new LeaveNotice(
        at(leaver, other).agreement().id(),
        leaver.id(),
        other.id(),
        number,
        true,
        made,
        made.plus(MONTH));
  }

  private void refused(TestNode from, TestNode to, Request request) throws KithException {
    Optional<Leave> before = to.book.find(from.id()).flatMap(Partner::leave);
    assertTrue(ask(from, to, request) instanceof Reply.Failure, request.toString());
    assertEquals(before, to.book.find(from.id()).flatMap(Partner::leave));
  }

  @Test
  void whatDoesNotHoldIsRefusedAndChangesNothing() throws KithException {
    LeaveNotice good = notice(alice, bob, 1);
    TestNode carol = TestNode.virtual(network, "carol.example");
    TestNode.befriend(bob, carol, MIB);
    refused(carol, bob, new Request.LeaveTell(good.signedBy(alice.identity())));
    refused(alice, bob, new Request.LeaveTell(good.signedBy(bob.identity())));
    refused(alice, bob, new Request.LeaveTell(good.signedBy(carol.identity())));
    refused(alice, bob, new Request.LeaveTell(shortened(good).signedBy(alice.identity())));
    refused(alice, bob, new Request.LeaveTell(ahead(good).signedBy(alice.identity())));
    refused(alice, bob, new Request.ReleaseTell(release(1).signedBy(alice.identity())));
    ask(alice, bob, new Request.LeaveTell(good.signedBy(alice.identity())));
    assertTrue(at(bob, alice).isLeaving());
    refused(alice, bob, new Request.ReleaseTell(release(2).signedBy(alice.identity())));
    refused(alice, bob, new Request.ReleaseTell(release(1).signedBy(carol.identity())));
    assertEquals(1000, bob.store.usedBytes(alice.id()));
    assertThrows(
        CorruptDataException.class,
        () -> LeaveNotice.of(notice(alice, bob, 0).signedBy(alice.identity())));
    carol.close();
  }

  private Release release(long number) {
    return new Release(
        at(alice, bob).agreement().id(), alice.id(), bob.id(), number, 3, clock.instant());
  }

  private static LeaveNotice shortened(LeaveNotice of) {
    return new LeaveNotice(
        of.agreement(),
        of.leaver(),
        of.partner(),
        of.number(),
        true,
        of.made(),
        of.made().plus(Duration.ofDays(20)));
  }

  private static LeaveNotice ahead(LeaveNotice of) {
    Duration days = Duration.ofDays(3);
    return new LeaveNotice(
        of.agreement(),
        of.leaver(),
        of.partner(),
        of.number(),
        true,
        of.made().plus(days),
        of.until().plus(days));
  }

  @Test
  void anOldReleaseIsWorthNothingAfterTheNoticeWasWithdrawn() throws IOException, KithException {
    alice.leaver.leave(bob.id(), MONTH, false);
    ticks();
    SignedRecord old = release(1).signedBy(alice.identity());
    alice.leaver.cancel(bob.id());
    ticks();
    refused(alice, bob, new Request.ReleaseTell(old));
    alice.leaver.leave(bob.id(), MONTH, false);
    ticks();
    refused(alice, bob, new Request.ReleaseTell(old));
    assertEquals(1000, bob.store.usedBytes(alice.id()));
  }
}
