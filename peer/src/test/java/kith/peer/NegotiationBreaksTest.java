package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kith.codec.KithException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Negotiations that break: at every message, before it arrives and after it is handled, and at
 * every write of either side, before it is stored and after. Then the one that broke starts from
 * its disk, and both must have the same agreement or none, and must be able to go on.
 */
final class NegotiationBreaksTest {
  private static final long MIB = 1L << 20;

  private final VirtualClock clock = new VirtualClock();
  private VirtualNetwork network;
  private TestNode alice;
  private TestNode bob;

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  /** What alice and bob do, and how it is known that they have done it. */
  private interface Scenario {
    /** What is there before, without any break. */
    void prepare() throws IOException, KithException;

    /** May be done again after a break. */
    void run() throws IOException, KithException;

    /** The generation that both have at its end. */
    long generation();
  }

  /** A first offer, with a counter-offer on the way. */
  private final class First implements Scenario {
    @Override
    public void prepare() {}

    @Override
    public void run() throws IOException, KithException {
      if (alice.book.find(bob.id()).isEmpty()) {
        alice.negotiator.offer(new Contact(bob.id(), bob.self.addresses()), 3 * MIB, 5L << 30, MIB);
      }
    }

    @Override
    public long generation() {
      return 1;
    }
  }

  private void befriend() throws IOException, KithException {
    alice.negotiator.offer(new Contact(bob.id(), bob.self.addresses()), 5 * MIB, 5 * MIB, MIB);
  }

  /** An amendment that is agreed to at once; bob states another presence meanwhile. */
  private final class Amendment implements Scenario {
    @Override
    public void prepare() throws IOException, KithException {
      befriend();
      bob = bob.restarted(network, new Presence(Presence.always().schedule(), 10, 20));
    }

    @Override
    public void run() throws IOException, KithException {
      if (alice.book.find(bob.id()).orElseThrow().agreement().generation() < 2) {
        alice.negotiator.amend(bob.id(), new AgreementChange(6 * MIB, null, null, null));
      }
    }

    @Override
    public long generation() {
      return 2;
    }
  }

  /** An amendment that a person agrees to. */
  private final class Held implements Scenario {
    @Override
    public void prepare() throws IOException, KithException {
      befriend();
    }

    @Override
    public void run() throws IOException, KithException {
      if (bob.book.find(alice.id()).orElseThrow().agreement().generation() < 2) {
        if (bob.negotiator.waiting().isEmpty()) {
          alice.negotiator.amend(bob.id(), new AgreementChange(2 * MIB, null, null, null));
        }
        bob.negotiator.agree(alice.id());
      }
    }

    @Override
    public long generation() {
      return 2;
    }
  }

  private void start(Scenario scenario, int seed) throws IOException, KithException {
    network = new VirtualNetwork(seed, clock);
    alice = TestNode.virtual(network, "alice.example");
    bob = TestNode.virtual(network, "bob.example");
    scenario.prepare();
    network.resetCounts();
  }

  /** Whether it ran to its end. */
  private static boolean went(Scenario scenario) {
    try {
      scenario.run();
      return true;
    } catch (IOException | KithException e) {
      return false;
    }
  }

  private static Optional<Agreement> at(TestNode one, TestNode other)
      throws kith.codec.CorruptDataException {
    Optional<Partner> partner = one.book.find(other.id());
    if (partner.isPresent()) {
      Agreement.ofBoth(partner.get().record());
    }
    return partner.map(Partner::agreement);
  }

  private void settle() throws IOException {
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMinutes(61));
      alice.negotiator.tick();
      bob.negotiator.tick();
    }
  }

  /** Both have the same, and what is not done yet can be done. */
  private void same(Scenario scenario, String broken) throws IOException, KithException {
    settle();
    assertEquals(at(alice, bob), at(bob, alice), broken);
    assertTrue(went(scenario), broken);
    settle();
    assertEquals(at(alice, bob), at(bob, alice), broken);
    assertEquals(scenario.generation(), at(alice, bob).orElseThrow().generation(), broken);
    assertTrue(alice.negotiator.waiting().isEmpty(), broken);
    assertTrue(bob.negotiator.waiting().isEmpty(), broken);
    assertEquals(alice.book.find(bob.id()).orElseThrow().spaceHere(), alice.promises.bytes());
  }

  private void atEachMessage(Scenario scenario) throws IOException, KithException {
    boolean ends = false;
    int message = 0;
    for (; !ends; message++) {
      start(scenario, message);
      network.loseAfter(message);
      ends = went(scenario);
      boolean lost = !network.passes(alice.id(), bob.id());
      network.heal();
      ends &= !lost;
      if (message % 2 == 1) {
        alice = alice.restarted(network);
      } else {
        bob = bob.restarted(network);
      }
      same(scenario, scenario.getClass().getSimpleName() + " without message " + message);
      close();
    }
    assertTrue(message > 4, message + " messages");
  }

  @Test
  void aFirstAgreementThatBreaksAtAnyMessage() throws IOException, KithException {
    atEachMessage(new First());
  }

  @Test
  void anAmendmentThatBreaksAtAnyMessage() throws IOException, KithException {
    atEachMessage(new Amendment());
  }

  @Test
  void anOfferForAPersonThatBreaksAtAnyMessage() throws IOException, KithException {
    atEachMessage(new Held());
  }

  /** Lets a node die at its n-th write from now on, which is stored or not; false if it lives. */
  private boolean[] dieAt(TestNode node, int write, boolean stored) {
    int[] seen = {0};
    boolean[] dead = {false};
    node.disk
        .storage()
        .duringWrite(
            () -> {
              if (dead[0]) {
                throw new IOException("a dead node writes nothing");
              }
              if (seen[0]++ == write) {
                dead[0] = true;
                network.kill(node.id());
                if (!stored) {
                  throw new IOException("killed before it was stored");
                }
              }
            });
    return dead;
  }

  private void atEachWrite(Scenario scenario, boolean alices, boolean stored)
      throws IOException, KithException {
    boolean died = true;
    int write = 0;
    for (; died; write++) {
      start(scenario, write);
      boolean[] dead = dieAt(alices ? alice : bob, write, stored);
      went(scenario);
      died = dead[0];
      network.revive((alices ? alice : bob).id());
      if (alices) {
        alice = alice.restarted(network);
      } else {
        bob = bob.restarted(network);
      }
      same(
          scenario,
          scenario.getClass().getSimpleName()
              + (alices ? " with alice" : " with bob")
              + (stored ? " killed after write " : " killed before write ")
              + write);
      close();
    }
    assertTrue(write > 1, "no write was seen");
  }

  private void atEachWrite(Scenario scenario) throws IOException, KithException {
    atEachWrite(scenario, true, true);
    atEachWrite(scenario, true, false);
    atEachWrite(scenario, false, true);
    atEachWrite(scenario, false, false);
  }

  @Test
  void aFirstAgreementWithAKillAtAnyWrite() throws IOException, KithException {
    atEachWrite(new First());
  }

  @Test
  void anAmendmentWithAKillAtAnyWrite() throws IOException, KithException {
    atEachWrite(new Amendment());
  }

  @Test
  void anOfferForAPersonWithAKillAtAnyWrite() throws IOException, KithException {
    atEachWrite(new Held());
  }

  @Test
  void anOfferWhoseReceiverIsAwayPromisesNothingAfterItsTime() throws IOException, KithException {
    start(new First(), 1);
    network.loseAfter(5);
    assertFalse(went(new First()));
    assertEquals(3 * MIB, alice.promises.bytes());
    clock.advance(Duration.ofDays(3));
    alice.negotiator.tick();
    assertEquals(0, alice.promises.bytes());
    network.heal();
    settle();
    assertTrue(alice.negotiator.waiting().isEmpty());
    assertEquals(Optional.empty(), at(alice, bob));
    assertEquals(Optional.empty(), at(bob, alice));
  }

  @Test
  void anOfferThatWasSignedIsFoundOutLongAfterItsTime() throws IOException, KithException {
    start(new First(), 1);
    network.loseAfter(7);
    assertFalse(went(new First()));
    network.loseAfter(0);
    clock.advance(Duration.ofDays(20));
    alice = alice.restarted(network);
    alice.negotiator.tick();
    network.heal();
    assertTrue(at(bob, alice).isPresent());
    settle();
    assertEquals(at(bob, alice), at(alice, bob));
  }
}
