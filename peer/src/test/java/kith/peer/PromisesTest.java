package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node promises to keep, when it is there, and what it says of both in agreements. */
final class PromisesTest {
  private static final long MIB = 1L << 20;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(3, clock);
  private TestNode alice = TestNode.virtual(network, "alice.example");
  private TestNode bob = TestNode.virtual(network, "bob.example");
  private final TestNode carol = TestNode.virtual(network, "carol.example");

  @AfterEach
  void close() {
    List.of(alice, bob, carol).forEach(TestNode::close);
  }

  private Partner offer(TestNode from, long forUs) throws IOException, KithException {
    var contact = new Contact(bob.id(), bob.self.addresses());
    return from.negotiator.offer(contact, MIB, forUs, MIB).partner().orElseThrow();
  }

  private String invitation(long offered) throws IOException, KithException {
    var terms = new InvitationTerms("Bob", offered, MIB, AgreementTerms.friends());
    return bob.invitations.create(terms, Invitations.LIFE);
  }

  @Test
  void anOpenInvitationIsPromisedUntilItExpires() throws IOException, KithException {
    invitation(3 * MIB);
    invitation(4 * MIB);
    assertEquals(7 * MIB, bob.promises.bytes());
    clock.advance(Invitations.LIFE.plusSeconds(1));
    assertEquals(0, bob.promises.bytes());
  }

  @Test
  void anInvitationThatIsUsedIsPromisedOnce() throws IOException, KithException {
    alice.acceptance().accept(invitation(3 * MIB), "Alice", MIB);
    assertEquals(3 * MIB, bob.promises.bytes());
    assertEquals(0, bob.promises.bytesBut(alice.id()));
    assertEquals(MIB, alice.promises.bytes());
  }

  @Test
  void anInvitationThatIsWithdrawnFreesWhatItPromised() throws IOException, KithException {
    invitation(3 * MIB);
    String name = bob.invitations.all().get(0).id();
    assertTrue(bob.invitations.revoke(name));
    assertEquals(0, bob.promises.bytes());
  }

  @Test
  void strangersGetWhatIsLeftAndThenNothing() throws IOException, KithException {
    bob.capacity = 6 * MIB;
    String code = invitation(MIB);
    assertEquals(5 * MIB, offer(alice, 8 * MIB).spaceThere());
    assertEquals(bob.capacity, bob.promises.bytes());
    var refused = assertThrows(NotPermittedException.class, () -> offer(carol, 2 * MIB));
    assertTrue(refused.getMessage().contains("promised all"), refused.getMessage());
    carol.acceptance().accept(code, "Carol", MIB);
    assertEquals(bob.capacity, bob.promises.bytes());
  }

  @Test
  void anAmendmentBeyondWhatIsLeftWaitsForAPerson() throws IOException, KithException {
    bob.capacity = 6 * MIB;
    offer(alice, 4 * MIB);
    var change = new AgreementChange(null, 7 * MIB, null, null);
    var outcome = alice.negotiator.amend(bob.id(), change);
    assertTrue(outcome.partner().isEmpty());
    assertTrue(outcome.message().contains("given back"), outcome.message());
    assertEquals(4 * MIB, bob.promises.bytes());
    change = new AgreementChange(null, 6 * MIB, null, null);
    assertEquals(
        6 * MIB, alice.negotiator.amend(bob.id(), change).partner().orElseThrow().spaceThere());
  }

  @Test
  void anAmendmentThatIsOfferedIsPromisedWhileItIsOpen() throws IOException, KithException {
    offer(alice, 4 * MIB);
    network.loseAfter(2); // the greeting
    var change = new AgreementChange(9 * MIB, null, null, null);
    assertThrows(KithException.class, () -> alice.negotiator.amend(bob.id(), change));
    assertEquals(9 * MIB, alice.promises.bytes());
    clock.advance(Duration.ofDays(16));
    assertEquals(MIB, alice.promises.bytes());
  }

  /** On-line in the hours of the week from one to another. */
  private static Presence hours(int from, int to) {
    byte[] schedule = new byte[AgreementSide.SCHEDULE_BYTES];
    for (int hour = from; hour < to; hour++) {
      schedule[hour / 8] |= (byte) (1 << hour % 8);
    }
    return new Presence(schedule, 1000, 5000);
  }

  private static void assertStates(Presence presence, AgreementSide side) {
    assertArrayEquals(presence.schedule(), side.schedule());
    assertEquals(presence.leastBandwidth(), side.leastBandwidth());
    assertEquals(presence.meanBandwidth(), side.meanBandwidth());
  }

  @Test
  void agreementsSayWhenBothAreThere() throws IOException, KithException {
    alice = alice.restarted(network, hours(0, 100));
    bob = bob.restarted(network, hours(90, 168));
    Agreement agreed = offer(alice, 4 * MIB).agreement();
    assertStates(hours(0, 100), agreed.sideOf(alice.id()));
    assertStates(hours(90, 168), agreed.sideOf(bob.id()));
    bob = bob.restarted(network, hours(50, 60));
    var change = new AgreementChange(2 * MIB, null, null, null);
    agreed = alice.negotiator.amend(bob.id(), change).partner().orElseThrow().agreement();
    assertStates(hours(50, 60), agreed.sideOf(bob.id()));
    assertEquals(agreed, bob.book.find(alice.id()).orElseThrow().agreement());
  }

  @Test
  void invitationsSayWhenBothAreThere() throws IOException, KithException {
    alice = alice.restarted(network, hours(0, 100));
    bob = bob.restarted(network, hours(90, 168));
    Agreement agreed = alice.acceptance().accept(invitation(MIB), "Alice", MIB).agreement();
    assertStates(hours(0, 100), agreed.sideOf(alice.id()));
    assertStates(hours(90, 168), agreed.sideOf(bob.id()));
  }

  @Test
  void whoIsNeverThereTogetherDoesNotAgree() throws IOException, KithException {
    bob = bob.restarted(network, hours(90, 168));
    alice = alice.restarted(network, hours(0, 90));
    var refused = assertThrows(NotPermittedException.class, () -> offer(alice, MIB));
    assertTrue(refused.getMessage().contains("0 hours"), refused.getMessage());
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty());
    assertEquals(0, alice.promises.bytes());
    alice = alice.restarted(network, hours(0, 91));
    offer(alice, MIB);
  }

  @Test
  void aCommitmentThatIsWaivedMayBeShort() throws IOException, KithException {
    Duration month = Duration.ofDays(30);
    assertThrows(
        IllegalArgumentException.class, () -> new AgreementTerms(month, month, false, 20, 4, 48));
    var waived = new AgreementTerms(month, month, true, 20, 4, 48);
    String code = bob.invitations.create(new InvitationTerms("Bob", MIB, MIB, waived), month);
    Partner partner = alice.acceptance().accept(code, "Alice", MIB);
    assertEquals(waived, partner.agreement().terms());
    assertEquals(partner.agreement().since(), partner.agreement().restoresFrom());
    var change = new AgreementChange(null, null, Duration.ofDays(40), null);
    partner = alice.negotiator.amend(bob.id(), change).partner().orElseThrow();
    assertEquals(Duration.ofDays(40), partner.agreement().terms().grace());
    assertFalse(partner.agreement().terms().commitment().compareTo(month) > 0);
  }
}
