package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how fast others send to this node: partners once a week over the link that there is, and
 * strangers before they are offered an agreement. Takes at most {@link #MOST_BYTES} and {@link
 * #MOST_TIME} each time. What comes first is not counted, nor is the time that an empty question
 * takes; so the result is what the connection does at least. Safe for any number of threads.
 */
public final class Probing {
  private static final Logger LOG = LoggerFactory.getLogger(Probing.class);

  /** Bytes of one measurement. */
  static final int MOST_BYTES = 1 << 20;

  private static final Duration MOST_TIME = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration LONG_ENOUGH = Duration.ofMillis(250);
  private static final int FIRST = 32 << 10;
  private static final int PINGS = 2;

  private final Network network;
  private final Links links;
  private final PartnerBook book;
  private final SpeedBook speeds;
  private final LongSupplier nanos;
  private final Met met;

  /** Hears of links with nodes that may become partners, before they are measured. */
  @FunctionalInterface
  public interface Met {
    void met(Link link) throws IOException;
  }

  /**
   * @param nanos a clock that only goes forward
   * @param met uses the same link
   */
  public Probing(
      Network network,
      Links links,
      PartnerBook book,
      SpeedBook speeds,
      LongSupplier nanos,
      Met met) {
    this.network = network;
    this.links = links;
    this.book = book;
    this.speeds = speeds;
    this.nanos = nanos;
    this.met = met;
  }

  /** Measures one partner whose time has come and who has a link; returns how many that were. */
  public int tick() throws IOException {
    for (Partner partner : book.all()) {
      if (links.isUp(partner.id()) && speeds.isDue(partner.id())) {
        try {
          measure(Calls.join(links.get(partner.id(), network)));
          return 1;
        } catch (KithException e) {
          LOG.debug("{} is not measured: {}", partner.id().brief(), e.getMessage());
        }
      }
    }
    return 0;
  }

  /**
   * Measures a node that may become a partner, if that was not done lately.
   *
   * @throws KithException if it can't be reached, or is somebody else's
   */
  void before(Contact stranger) throws IOException, KithException {
    if (speeds.isDue(stranger.owner())) {
      try (Link link = Calls.join(network.connect(stranger))) {
        met.met(link);
        measure(link);
      }
    }
  }

  /** Measures over a link; who won't be measured is noted as such. */
  private void measure(Link link) throws IOException {
    try {
      var sums = new Sums(emptyRoundTrip(link));
      int size = FIRST;
      for (int left = MOST_BYTES; left >= size && !sums.isLong(); left -= size) {
        long taken = sums.add(size, timed(link, size));
        size = taken < LONG_ENOUGH.toNanos() ? Math.min(2 * size, Protocol.PROBE_BYTES) : size;
      }
      speeds.measured(link.partner(), sums.least, sums.mean());
    } catch (KithException e) {
      LOG.debug("{} does not let itself be measured: {}", link.partner().brief(), e.getMessage());
      speeds.inVain(link.partner());
    }
  }

  private long emptyRoundTrip(Link link) throws KithException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < PINGS; i++) {
      long begun = nanos.getAsLong();
      Calls.ask(link, new Request.Ping(begun), DEADLINE, Reply.Pong.class);
      least = Math.min(least, nanos.getAsLong() - begun);
    }
    return least;
  }

  private long timed(Link link, int size) throws KithException {
    long begun = nanos.getAsLong();
    Reply.Probed probed = Calls.ask(link, new Request.Probe(size), DEADLINE, Reply.Probed.class);
    if (probed.payload().remaining() != size) {
      throw new CorruptDataException(link.partner().brief() + " sent another number of bytes");
    }
    return nanos.getAsLong() - begun;
  }

  /** What has come so far. */
  private static final class Sums {
    private static final double SECOND = 1e9;

    private final long roundTrip;
    private long least = Long.MAX_VALUE;
    private long bytes;
    private long time;
    private long all;
    private boolean warm;

    Sums(long roundTrip) {
      this.roundTrip = roundTrip;
    }

    /** Returns how long the bytes took. */
    long add(int size, long elapsed) {
      long taken = Math.max(1, elapsed - roundTrip);
      all += elapsed;
      if (warm || elapsed > LONG_ENOUGH.toNanos()) {
        least = Math.min(least, (long) (size * SECOND / taken));
        bytes += size;
        time += taken;
      }
      warm = true;
      return taken;
    }

    boolean isLong() {
      return all > MOST_TIME.toNanos();
    }

    long mean() throws PartnerUnavailableException {
      if (time == 0) {
        throw new PartnerUnavailableException("nothing was measured");
      }
      return (long) (bytes * SECOND / time);
    }
  }
}
