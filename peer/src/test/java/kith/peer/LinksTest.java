package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import org.junit.jupiter.api.Test;

/** Which link with a partner is used, and when others are opened. */
final class LinksTest {
  private static final OwnerId RELAY = TestNode.keyOf("relay").id();

  private final VirtualClock clock = new VirtualClock();
  private final LocalNode self = new LocalNode(Messages.ALICE, "kith test", List.of(), clock);
  private final OwnerId bob = Messages.BOB.owner();
  private final Links links =
      new Links(self, id -> Optional.of(new Contact(id, List.of(new NodeAddress("b", 1)))));
  private final Dials network = new Dials();

  /** A link that is what it is told to be. */
  private static final class Told implements Link {
    private final OwnerId relay;
    private boolean open = true;

    Told(OwnerId relay) {
      this.relay = relay;
    }

    @Override
    public CompletableFuture<Reply> send(Request request, Duration deadline) {
      return CompletableFuture.failedFuture(new PartnerUnavailableException("not asked here"));
    }

    @Override
    public Credential peer() {
      return Messages.BOB.credential();
    }

    @Override
    public Optional<OwnerId> relay() {
      return Optional.ofNullable(relay);
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }

  /** Remembers who was dialed, for the test to answer. */
  private static final class Dials implements Network {
    final Deque<CompletableFuture<Link>> all = new ArrayDeque<>();
    final Deque<CompletableFuture<Link>> direct = new ArrayDeque<>();

    @Override
    public CompletableFuture<Link> connect(Contact contact) {
      all.add(new CompletableFuture<>());
      return all.getLast();
    }

    @Override
    public CompletableFuture<Link> connectDirectly(Contact contact) {
      direct.add(new CompletableFuture<>());
      return direct.getLast();
    }

    @Override
    public CompletableFuture<Link> connect(NodeAddress address) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Link> join(Circuit circuit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Server listen(InetSocketAddress address) throws IOException {
      throw new IOException();
    }

    @Override
    public Bandwidth bandwidth() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private Link now() throws KithException {
    CompletableFuture<Link> link = links.get(bob, network);
    assertTrue(link.isDone(), "a link is dialed");
    return Calls.join(link);
  }

  private void ask() {
    var unused = links.get(bob, network);
  }

  private static KithException away() {
    return new PartnerUnavailableException("nobody answers");
  }

  /** A NAT forgets; the side that can't dial does not see for minutes that its link is dead. */
  @Test
  void thePartnersNewLinkIsUsedThoughTheOldOneSeemsOpen() throws KithException {
    var old = new Told(null);
    var fresh = new Told(null);
    links.opened(old);
    assertSame(old, now());
    links.opened(fresh);
    assertSame(fresh, now());
    old.close();
    assertSame(fresh, now());
    assertTrue(network.all.isEmpty());
  }

  @Test
  void anOlderLinkServesWhenTheNewestBreaks() throws KithException {
    var old = new Told(null);
    var fresh = new Told(null);
    links.opened(old);
    links.opened(fresh);
    fresh.close();
    assertSame(old, now());
  }

  @Test
  void whoeverWaitsForADialGetsTheLinkThatThePartnerOpens() throws KithException {
    CompletableFuture<Link> waiting = links.get(bob, network);
    assertFalse(waiting.isDone());
    var theirs = new Told(null);
    links.opened(theirs);
    assertSame(theirs, Calls.join(waiting));
    network.all.remove().completeExceptionally(away());
    assertSame(theirs, now());
    assertTrue(network.all.isEmpty());
  }

  @Test
  void theirLinkIsUsedAtOnceDuringThePauseAfterFailures() throws KithException {
    ask();
    network.all.remove().completeExceptionally(away());
    assertThrows(PartnerUnavailableException.class, () -> Calls.join(links.get(bob, network)));
    var theirs = new Told(null);
    links.opened(theirs);
    assertSame(theirs, now());
    theirs.close();
    ask();
    assertEquals(1, network.all.size(), "the pause is over once there was a link");
  }

  @Test
  void pausesGrowToAMinuteAndNoFurther() {
    int seconds = 0;
    int dials = 0;
    for (; dials < 10; dials++) {
      ask();
      while (network.all.isEmpty()) {
        clock.advance(Duration.ofSeconds(1));
        seconds++;
        ask();
      }
      network.all.remove().completeExceptionally(away());
    }
    assertEquals(1 + 2 + 4 + 8 + 16 + 32 + 64 * 3, seconds);
  }

  @Test
  void aDirectLinkIsTriedWhileOneGoesThroughARelayAndTakenUp() throws KithException {
    var relayed = new Told(RELAY);
    links.opened(relayed);
    assertSame(relayed, now());
    assertEquals(Optional.of(RELAY), links.relay(bob));
    assertTrue(network.direct.isEmpty());
    clock.advance(Duration.ofSeconds(20));
    assertSame(relayed, now());
    assertSame(relayed, now());
    assertEquals(1, network.direct.size(), "one at a time");
    network.direct.remove().completeExceptionally(away());
    clock.advance(Duration.ofSeconds(19));
    now();
    assertTrue(network.direct.isEmpty());
    clock.advance(Duration.ofSeconds(1));
    now();
    var direct = new Told(null);
    network.direct.remove().complete(direct);
    assertSame(direct, now());
    assertTrue(links.relay(bob).isEmpty());
    assertTrue(relayed.isOpen(), "what is under way may end");
    clock.advance(LinkSlot.RETIRED_AFTER);
    assertSame(direct, now());
    assertFalse(relayed.isOpen());
  }

  @Test
  void aRelayedLinkDoesNotTakeTheDirectOnesPlace() throws KithException {
    var direct = new Told(null);
    var relayed = new Told(RELAY);
    links.opened(direct);
    links.opened(relayed);
    assertSame(direct, now());
    direct.close();
    assertSame(relayed, now());
  }

  @Test
  void linksOfOnePartnerAreFew() {
    Told first = new Told(null);
    links.opened(first);
    for (int i = 0; i < 8; i++) {
      links.opened(new Told(null));
    }
    assertFalse(first.isOpen());
  }

  @Test
  void nothingIsDialedAfterTheEnd() {
    links.close();
    assertThrows(PartnerUnavailableException.class, () -> Calls.join(links.get(bob, network)));
  }
}
