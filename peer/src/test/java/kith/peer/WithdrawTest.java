package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offers that are taken back: afterwards both have none, or the same agreement. */
final class WithdrawTest {
  private static final long MIB = 1L << 20;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(5, clock);
  private final TestNode alice = TestNode.virtual(network, "alice.example");
  private final TestNode bob = TestNode.virtual(network, "bob.example");

  @AfterEach
  void close() {
    List.of(alice, bob).forEach(TestNode::close);
  }

  private void offer(long forThem, long forUs) throws IOException, KithException {
    alice.negotiator.offer(new Contact(bob.id(), bob.self.addresses()), forThem, forUs, MIB);
  }

  /** Less than before, so that a person at bob's decides. */
  private void amend(long forThem) throws IOException, KithException {
    alice.negotiator.amend(bob.id(), new AgreementChange(forThem, null, null, null));
  }

  private void assertBothHave(long generation) {
    Agreement one = alice.book.find(bob.id()).orElseThrow().agreement();
    assertEquals(one, bob.book.find(alice.id()).orElseThrow().agreement());
    assertEquals(generation, one.generation());
    assertTrue(alice.negotiator.waiting().isEmpty() && bob.negotiator.waiting().isEmpty());
  }

  @Test
  void anOfferThatAPersonHasNotDecidedIsTakenBack() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    amend(2 * MIB);
    assertEquals(1, bob.negotiator.waiting().size());
    var withdrawn = alice.negotiator.withdraw(bob.id());
    assertTrue(withdrawn.told() && withdrawn.agreed().isEmpty());
    assertBothHave(1);
    assertThrows(NotPermittedException.class, () -> bob.negotiator.agree(alice.id()));
    assertThrows(NotPermittedException.class, () -> alice.negotiator.withdraw(bob.id()));
  }

  @Test
  void whatIsTakenBackWhileTheOtherIsAwayIsToldLater() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    amend(2 * MIB);
    network.kill(bob.id());
    assertFalse(alice.negotiator.withdraw(bob.id()).told());
    assertEquals("withdrawn: not told yet", alice.negotiator.waiting().get(0).message());
    assertEquals(5 * MIB, alice.promises.bytes(), "promised while it may be signed");
    network.revive(bob.id());
    clock.advance(Duration.ofMinutes(2));
    assertEquals(0, alice.negotiator.tick());
    assertBothHave(1);
  }

  @Test
  void whatWasSignedBeforeItIsTakenBackHolds() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    amend(2 * MIB);
    network.kill(alice.id());
    bob.negotiator.agree(alice.id());
    network.revive(alice.id());
    var withdrawn = alice.negotiator.withdraw(bob.id());
    assertEquals(2, withdrawn.agreed().orElseThrow().agreement().generation());
    assertBothHave(2);
  }

  @Test
  void aFirstOfferThatBrokeOffIsTakenBack() throws IOException, KithException {
    network.tamper(
        bob.id(),
        (request, reply) -> {
          if (request instanceof Request.Propose) {
            network.kill(bob.id());
          }
          return reply;
        });
    assertThrows(PartnerUnavailableException.class, () -> offer(3 * MIB, 5L << 30));
    network.tamper(bob.id(), null);
    network.revive(bob.id());
    assertEquals(1, alice.negotiator.waiting().size());
    assertTrue(alice.negotiator.withdraw(bob.id()).told());
    assertTrue(alice.negotiator.waiting().isEmpty());
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty());
  }
}
