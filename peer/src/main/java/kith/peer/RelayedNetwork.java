package kith.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to other nodes with a detour: whoever cannot be reached directly is reached through a
 * node with which both have a link, a mutual partner's or a broker's. Those are asked one after the
 * other, and left alone for as long as they say, and longer each time they say it of the same node:
 * it may be gone, and would come by itself. Safe for any number of threads.
 */
public final class RelayedNetwork implements Network {
  private static final Logger LOG = LoggerFactory.getLogger(RelayedNetwork.class);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(24);

  /** No way is left untried for longer only because it often led nowhere. */
  private static final Duration LONGEST_DOUBLED = Duration.ofMinutes(15);

  /** Relays that are asked in one attempt, and pauses that are remembered. */
  private static final int MOST_ASKED = 8;

  private static final int MOST_REMEMBERED = 4096;

  private final LocalNode self;
  private final Network network;
  private final Links links;
  private final Supplier<List<OwnerId>> relays;
  private final Map<Way, Refusal> refusals = new ConcurrentHashMap<>();

  private record Way(OwnerId relay, OwnerId other) {}

  private record Refusal(Instant until, Duration pause, String reason) {}

  /** What is left to ask, and what came of asking so far. */
  private record Search(OwnerId other, Deque<OwnerId> left, List<String> reasons) {}

  /**
   * @param links with those who may relay, and others
   * @param relays those who may, the best first
   */
  public RelayedNetwork(
      LocalNode self, Network network, Links links, Supplier<List<OwnerId>> relays) {
    this.self = self;
    this.network = network;
    this.links = links;
    this.relays = relays;
  }

  @Override
  public CompletableFuture<Link> connect(Contact contact) {
    var result = new CompletableFuture<Link>();
    var unused =
        network
            .connectDirectly(contact)
            .whenComplete(
                (link, failure) -> {
                  if (failure == null) {
                    result.complete(link);
                  } else {
                    around(contact.owner(), Calls.kith(failure), result);
                  }
                });
    return result;
  }

  private void around(OwnerId other, KithException direct, CompletableFuture<Link> result) {
    var left = new ArrayDeque<OwnerId>();
    relays.get().stream()
        .filter(id -> !id.equals(other) && links.direct(id).isPresent())
        .limit(MOST_ASKED)
        .forEach(left::add);
    next(new Search(other, left, new ArrayList<>()), direct, result);
  }

  private void next(Search search, KithException direct, CompletableFuture<Link> result) {
    OwnerId relay = search.left.poll();
    if (relay == null) {
      result.completeExceptionally(failure(search, direct));
      return;
    }
    var unused =
        through(relay, search)
            .whenComplete(
                (link, failure) -> {
                  if (link != null) {
                    LOG.info("{} is reached through {}", search.other.brief(), relay.brief());
                    result.complete(link);
                  } else {
                    search.reasons.add(relay.brief() + ": " + Calls.kith(failure).getMessage());
                    next(search, direct, result);
                  }
                });
  }

  private static KithException failure(Search search, KithException direct) {
    if (search.reasons.isEmpty()) {
      return direct;
    }
    String message =
        direct.getMessage() + "; nor through a relay: " + String.join(", ", search.reasons);
    return direct instanceof NotPermittedException
        ? new NotPermittedException(message, direct)
        : new PartnerUnavailableException(message, direct);
  }

  private CompletableFuture<Link> through(OwnerId relay, Search search) {
    var way = new Way(relay, search.other);
    Refusal before = refusals.get(way);
    Optional<Contact> where = links.contact(relay);
    Optional<Link> link = links.direct(relay);
    if (before != null && self.now().isBefore(before.until)) {
      return CompletableFuture.failedFuture(new PartnerUnavailableException(before.reason));
    } else if (where.isEmpty() || link.isEmpty()) {
      return CompletableFuture.failedFuture(new PartnerUnavailableException("no link any more"));
    }
    return link.get()
        .send(new Request.RelayOpen(search.other), DEADLINE)
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.RelayOpened opened)) {
                return CompletableFuture.failedFuture(refused(way, reply));
              }
              refusals.remove(way);
              return network.join(new Circuit(where.get(), opened.ticket(), search.other, true));
            });
  }

  private KithException refused(Way way, Reply reply) {
    if (!(reply instanceof Reply.Failure failure)) {
      return new PartnerUnavailableException("answered " + reply.kind());
    }
    Duration pause = pause(refusals.get(way), failure.retryAfter());
    if (refusals.size() >= MOST_REMEMBERED) {
      refusals.clear();
    }
    refusals.put(way, new Refusal(self.now().plus(pause), pause, failure.message()));
    return failure.reason().exception(failure.message());
  }

  private static Duration pause(Refusal before, Duration said) {
    Duration twice = before == null ? Duration.ZERO : before.pause.multipliedBy(2);
    Duration doubled = twice.compareTo(LONGEST_DOUBLED) > 0 ? LONGEST_DOUBLED : twice;
    Duration longer = doubled.compareTo(said) > 0 ? doubled : said;
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  @Override
  public CompletableFuture<Link> connectDirectly(Contact contact) {
    return network.connectDirectly(contact);
  }

  @Override
  public CompletableFuture<Link> join(Circuit circuit) {
    return network.join(circuit);
  }

  @Override
  public CompletableFuture<Link> connect(NodeAddress address) {
    return network.connect(address);
  }

  @Override
  public Server listen(InetSocketAddress address) throws IOException {
    return network.listen(address);
  }

  @Override
  public Bandwidth bandwidth() {
    return network.bandwidth();
  }

  /** Closes the network below. */
  @Override
  public void close() {
    network.close();
  }
}
