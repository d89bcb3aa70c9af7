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
 * that expires, and answers with records of others. It has no partners, holds no data and is
 * trusted by nobody. Safe for any number of threads.
 */
public final class BrokerService implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerService.class);

  /** Requests on one link; an honest node makes three. */
  static final int PER_LINK = 16;

  private static final Duration COME_BACK = Duration.ofMinutes(1);

  private final LocalNode self;
  private final KnownNodes known;
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
   */
  public record Counts(int nodes, long published, long questions, long refused) {}

  public BrokerService(LocalNode self, KnownNodes known) {
    this.self = self;
    this.known = known;
  }

  public Counts counts() {
    return new Counts(known.size(), published.sum(), questions.sum(), refused.sum());
  }

  @Override
  public Reply handle(Request request, Link from) {
    try {
      from.peer().checkTime(self.now());
      if (request instanceof Request.Hello) {
        return self.welcome();
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
    String message = "this is a broker: it keeps records of nodes and nothing else";
    return refuse(FailureKind.NOT_PERMITTED, message, Duration.ZERO);
  }

  private Reply refuse(FailureKind reason, String message, Duration retryAfter) {
    refused.increment();
    return new Reply.Failure(reason, message, retryAfter);
  }

  /** A broker has no partners. */
  @Override
  public boolean knows(OwnerId owner) {
    return false;
  }

  @Override
  public void closed(Link link) {
    requests.remove(link);
  }
}
