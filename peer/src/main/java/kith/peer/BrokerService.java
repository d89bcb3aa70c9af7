package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import kith.codec.KithException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a broker does for whoever comes: keeps the record that a node publishes about itself until
 * that expires, answers with records of others, and takes the letters of those who meet by a code
 * of words. It has no partners, holds no data and is trusted by nobody. Safe for any number of
 * threads.
 */
public final class BrokerService implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerService.class);

  /** Requests on one link; an honest node makes three. */
  static final int PER_LINK = 16;

  private static final Duration COME_BACK = Duration.ofMinutes(1);

  private final LocalNode self;
  private final KnownNodes known;
  private final Mailboxes mailboxes;
  private final RelayWaiting waiting = new RelayWaiting();
  private final RelayService relays;
  private final Map<Link, AtomicInteger> requests = new ConcurrentHashMap<>();
  private final LongAdder published = new LongAdder();
  private final LongAdder questions = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * What was done since the start.
   *
   * @param nodes whose records are kept now
   * @param published records taken, the same again among them
   * @param questions answered
   * @param refused requests
   * @param carried bytes relayed
   */
  public record Counts(int nodes, long published, long questions, long refused, long carried) {}

  /**
   * @param carries between nodes that cannot reach each other and wait here
   */
  public BrokerService(
      LocalNode self, KnownNodes known, RelayBounds carries, RelayService.Means means) {
    this.self = self;
    this.known = known;
    this.mailboxes = new Mailboxes(self.clock(), owner -> true, Mailboxes.Bounds.BROKER);
    this.relays = new RelayService(self, carries, waiting::find, means);
  }

  public Counts counts() {
    return new Counts(
        known.size(), published.sum(), questions.sum(), refused.sum(), relays.carried());
  }

  /** Circuits that there are, or may come. */
  public int circuits() {
    return relays.circuits();
  }

  @Override
  public Reply handle(Request request, Link from) {
    try {
      from.peer().checkTime(self.now());
      if (request instanceof Request.Hello) {
        return self.welcome();
      }
      if (request instanceof Request.Ping ping && waiting.has(from)) {
        return new Reply.Pong(ping.nonce()); // that is how it stays
      }
      if (request instanceof Request.RelayOpen open && waiting.has(from)) {
        return relays.open(open, from);
      }
      if (request instanceof Request.RelayJoin join) {
        return relays.join(join, from); // the link ends with that
      }
      if (Mailboxes.isFor(request)) {
        return counted(mailboxes.answer(request, from));
      }
      AtomicInteger before = requests.computeIfAbsent(from, link -> new AtomicInteger());
      return before.incrementAndGet() > PER_LINK
          ? refuse(FailureKind.BUSY, "too many requests on one link", COME_BACK)
          : answer(request, from);
    } catch (KithException e) {
      LOG.debug("{} from {} refused: {}", request.kind(), from.peer(), e.getMessage());
      return refuse(FailureKind.of(e), String.valueOf(e.getMessage()), Duration.ZERO);
    } catch (IOException e) {
      LOG.error("the broker's disk fails at {} from {}", request.kind(), from.peer(), e);
      return refuse(FailureKind.SICK, "the broker's disk fails", COME_BACK);
    } finally {
      if (!from.isOpen()) {
        requests.remove(from); // its last request may be handled after it was closed
      }
    }
  }

  private Reply answer(Request request, Link from) throws IOException, KithException {
    OwnerId sender = from.partner();
    if (request instanceof Request.Ping ping) {
      return new Reply.Pong(ping.nonce());
    } else if (request instanceof Request.RecordsGet get) {
      questions.increment();
      return known.page(get.query());
    } else if (request instanceof Request.RecordPublish publish
        && from.peer().role() == Role.NODE) {
      Reply done = known.published(publish.record(), sender, from.source());
      published.increment();
      return done;
    }
    if (isAboutCircuits(request)) {
      return relay(request, from);
    }
    String message = "this is a broker: it keeps records of nodes, and letters, and nothing else";
    return refuse(FailureKind.NOT_PERMITTED, message, Duration.ZERO);
  }

  private Reply counted(Reply reply) {
    if (reply instanceof Reply.Failure) {
      refused.increment();
    }
    return reply;
  }

  private static boolean isAboutCircuits(Request request) {
    return request instanceof Request.RelayOpen || request instanceof Request.RelayWait;
  }

  /** Only those who wait here may call each other. */
  private Reply relay(Request request, Link from) {
    if (!relays.isOffered()) {
      return refuse(FailureKind.NOT_PERMITTED, "this broker relays nothing", Duration.ZERO);
    } else if (request instanceof Request.RelayWait) {
      return waiting.take(from)
          ? new Reply.Done()
          : refuse(FailureKind.BUSY, "too many wait here already", COME_BACK);
    }
    return refuse(FailureKind.NOT_PERMITTED, "wait here first", Duration.ZERO);
  }

  private Reply refuse(FailureKind reason, String message, Duration retryAfter) {
    refused.increment();
    return new Reply.Failure(reason, message, retryAfter);
  }

  /** A broker has no partners; those who wait may stay. */
  @Override
  public boolean knows(OwnerId owner) {
    return waiting.find(owner).isPresent();
  }

  @Override
  public void joined(byte[] ticket, CircuitEnd end) {
    relays.joined(ticket, end);
  }

  @Override
  public void closed(Link link) {
    waiting.left(link);
    requests.remove(link);
  }
}
