package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at brokers to be called, while there is a partner whom this node cannot reach directly or
 * through other partners. Safe for any number of threads.
 */
public final class RelayPosts {
  private static final Logger LOG = LoggerFactory.getLogger(RelayPosts.class);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration AGAIN = Duration.ofMinutes(5);
  private static final Duration REFUSED = Duration.ofHours(1);
  private static final Duration CALLING = Duration.ofMinutes(2);

  private final LocalNode self;
  private final PartnerBook book;
  private final Invitations invitations;
  private final Links links;
  private final Network network;
  private final List<Contact> brokers;
  private final Map<OwnerId, Link> posts = new ConcurrentHashMap<>();
  private final Map<OwnerId, Instant> next = new HashMap<>();
  private Instant calling = Instant.MIN;

  /**
   * @param links knows where the brokers are
   * @param network without relays
   */
  public RelayPosts(
      LocalNode self,
      PartnerBook book,
      Invitations invitations,
      Links links,
      Network network,
      List<Contact> brokers) {
    this.self = self;
    this.book = book;
    this.invitations = invitations;
    this.links = links;
    this.network = network;
    this.brokers = List.copyOf(brokers);
  }

  /** Those who may relay: partners before brokers. */
  public List<OwnerId> relays() {
    return Stream.concat(book.all().stream().map(Partner::id), brokers.stream().map(Contact::owner))
        .toList();
  }

  /** Takes up posts that are needed, and leaves them when they aren't; returns 0. */
  public synchronized int tick() throws IOException {
    boolean needed =
        invitations.promised() > 0
            || self.now().isBefore(calling)
            || book.all().stream().anyMatch(partner -> isBrokersMatter(partner.id()));
    for (Contact broker : brokers) {
      if (needed) {
        wait(broker.owner());
      } else if (posts.remove(broker.owner()) != null) {
        links.drop(broker.owner());
      }
    }
    return 0;
  }

  /**
   * Takes up posts, since somebody is called who is no partner yet and cannot be reached.
   *
   * @return whether there is one from which he could be
   */
  public synchronized boolean takeUp() {
    calling = self.now().plus(CALLING);
    brokers.forEach(broker -> wait(broker.owner()));
    return !posts.isEmpty();
  }

  /** Whether it has no link, or has it through a broker. */
  private boolean isBrokersMatter(OwnerId partner) {
    return !links.isUp(partner)
        || links.relay(partner).filter(relay -> book.find(relay).isEmpty()).isPresent();
  }

  private void wait(OwnerId broker) {
    Link post = posts.get(broker);
    boolean waits = post != null && post.isOpen();
    Instant due = next.getOrDefault(broker, Instant.MIN);
    if (waits || isBefore(due)) {
      return;
    }
    Duration pause = AGAIN;
    try {
      Link link = Calls.join(links.get(broker, network));
      Calls.ask(link, new Request.RelayWait(), DEADLINE, Reply.Done.class);
      posts.put(broker, link);
      pause = Duration.ZERO;
      LOG.debug("waiting at broker {}", broker.brief());
    } catch (KithException e) {
      links.drop(broker);
      pause = e instanceof NotPermittedException ? REFUSED : AGAIN;
      LOG.debug("broker {} does not let this node wait: {}", broker.brief(), e.getMessage());
    }
    next.put(broker, self.now().plus(pause));
  }

  /** Also where the clock was put back. */
  private boolean isBefore(Instant due) {
    Instant now = self.now();
    return now.isBefore(due) && due.isBefore(now.plus(REFUSED).plusSeconds(1));
  }

  /** The brokers where this node waits. */
  public Set<OwnerId> posts() {
    return new HashSet<>(posts.keySet());
  }
}
