package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import kith.codec.KithException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Partnerships whose end breaks: at every message, and at every write of either side, before it is
 * stored and after. Then the one that broke starts from its disk, and both must come to the same
 * end; nothing is freed that was not released.
 */
final class LeaveBreaksTest {
  private static final long MIB = 1L << 20;
  private static final Duration MONTH = Duration.ofDays(30);

  private final VirtualClock clock = new VirtualClock();
  private VirtualNetwork network;
  private TestNode alice;
  private TestNode bob;

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  /** What the two want. */
  private enum Wish {
    /** They part. */
    PART,
    /** Alice gives notice and withdraws it. */
    STAY
  }

  private void start(int seed) throws KithException {
    network = new VirtualNetwork(seed, clock);
    alice = TestNode.virtual(network, "alice.example");
    bob = TestNode.virtual(network, "bob.example");
    TestNode.befriend(alice, bob, MIB);
    alice.client.put(Shards.make(Shards.random(seed), bob.id(), 1000));
    bob.client.put(Shards.make(Shards.random(seed), alice.id(), 1000));
    need(true);
    network.resetCounts();
  }

  private void need(boolean needed) {
    alice.needed.clear();
    bob.needed.clear();
    if (needed) {
      alice.needed.add(bob.id());
      bob.needed.add(alice.id());
    }
  }

  private void ticks(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clock.advance(Duration.ofSeconds(71));
      alice.leaver.tick();
      bob.leaver.tick();
    }
  }

  /** May be done again after a break; whether it ran to its end. */
  private boolean went(Wish wish) {
    try {
      boolean noticed = alice.book.find(bob.id()).flatMap(Partner::leave).isPresent();
      if (!noticed && alice.book.find(bob.id()).isPresent()) {
        alice.leaver.leave(bob.id(), MONTH, false);
      }
      ticks(2);
      if (wish == Wish.STAY) {
        if (alice.book.find(bob.id()).orElseThrow().isLeaving()) {
          alice.leaver.cancel(bob.id());
        }
        ticks(2);
      } else {
        need(false);
        ticks(3);
      }
      return true;
    } catch (IOException | KithException e) {
      return false;
    }
  }

  private void same(Wish wish, String broken) throws IOException, KithException {
    need(wish == Wish.STAY);
    assertTrue(went(wish), broken);
    ticks(4);
    if (wish == Wish.PART) {
      assertTrue(alice.book.all().isEmpty(), broken);
      assertTrue(bob.book.all().isEmpty(), broken);
      assertEquals(List.of(), alice.store.owners(), broken);
      assertEquals(List.of(), bob.store.owners(), broken);
      assertEquals(0, alice.promises.bytes());
      TestNode.befriend(alice, bob, MIB);
    } else {
      Partner there = bob.book.find(alice.id()).orElseThrow();
      Partner here = alice.book.find(bob.id()).orElseThrow();
      assertFalse(here.isLeaving() || there.isLeaving(), broken);
      assertEquals(1000, bob.store.usedBytes(alice.id()), broken);
      assertEquals(1000, alice.store.usedBytes(bob.id()), broken);
    }
    alice.client.put(Shards.make(Shards.random(-1), bob.id(), 10));
    bob.client.put(Shards.make(Shards.random(-1), alice.id(), 10));
  }

  private void atEachMessage(Wish wish) throws IOException, KithException {
    boolean ends = false;
    int message = 0;
    for (; !ends; message++) {
      start(message);
      network.loseAfter(message);
      ends = went(wish);
      boolean lost = !network.passes(alice.id(), bob.id());
      network.heal();
      ends &= !lost;
      if (message % 2 == 1) {
        alice = alice.restarted(network);
      } else {
        bob = bob.restarted(network);
      }
      same(wish, wish + " without message " + message);
      close();
    }
    assertTrue(message > 6, message + " messages");
  }

  @Test
  void partingThatBreaksAtAnyMessage() throws IOException, KithException {
    atEachMessage(Wish.PART);
  }

  @Test
  void aWithdrawalThatBreaksAtAnyMessage() throws IOException, KithException {
    atEachMessage(Wish.STAY);
  }

  /** Lets a node die at its n-th write from now on, which is stored or not; true once it did. */
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

  private void atEachWrite(Wish wish, boolean alices, boolean stored)
      throws IOException, KithException {
    boolean died = true;
    int write = 0;
    for (; died; write++) {
      start(write);
      boolean[] dead = dieAt(alices ? alice : bob, write, stored);
      went(wish);
      died = dead[0];
      network.revive((alices ? alice : bob).id());
      if (alices) {
        alice = alice.restarted(network);
      } else {
        bob = bob.restarted(network);
      }
      same(
          wish,
          wish
              + (alices ? " with alice" : " with bob")
              + (stored ? " killed after write " : " killed before write ")
              + write);
      close();
    }
    assertTrue(write > 1, "no write was seen");
  }

  private void atEachWrite(Wish wish) throws IOException, KithException {
    atEachWrite(wish, true, true);
    atEachWrite(wish, true, false);
    atEachWrite(wish, false, true);
    atEachWrite(wish, false, false);
  }

  @Test
  void partingWithAKillAtAnyWrite() throws IOException, KithException {
    atEachWrite(Wish.PART);
  }

  @Test
  void aWithdrawalWithAKillAtAnyWrite() throws IOException, KithException {
    atEachWrite(Wish.STAY);
  }
}
