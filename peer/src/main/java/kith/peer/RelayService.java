package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what goes between two nodes that cannot reach each other: calls the one whom the other
 * wants, lets both join by a ticket, and counts what it carries. It sees their TLS from outside and
 * nothing else. Safe for any number of threads.
 */
public final class RelayService {
  private static final Logger LOG = LoggerFactory.getLogger(RelayService.class);

  /** From the ticket to the second side's joining. */
  static final Duration JOINED_WITHIN = Duration.ofSeconds(20);

  /** Both may have called at once. */
  static final int OF_ONE_PAIR = 2;

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int OPENS_OF_ONE = 20;
  private static final int OPENS = 600;
  private static final Duration COME_BACK = Duration.ofSeconds(30);

  private final LocalNode self;
  private final RelayBounds bounds;
  private final Function<OwnerId, Optional<Link>> connected;
  private final RandomGenerator random;
  private final RelayBudget budget;
  private final SourceLimit opens;
  private final Map<String, Ticket> tickets = new HashMap<>();

  /** A circuit, or what will be one. */
  private static final class Ticket {
    final OwnerId caller;
    final OwnerId called;
    final Instant until;
    final List<OwnerId> admitted = new ArrayList<>();
    final List<CircuitEnd> ends = new ArrayList<>();

    Ticket(OwnerId caller, OwnerId called, Instant until) {
      this.caller = caller;
      this.called = called;
      this.until = until;
    }

    Set<OwnerId> pair() {
      return Set.of(caller, called);
    }

    boolean isComplete() {
      return ends.size() == 2;
    }
  }

  /** What it runs on: time for its allowances in nanoseconds, and chance for its tickets. */
  public record Means(LongSupplier nanos, RandomGenerator random) {}

  /**
   * @param connected the open link with a node that may be called; empty for others
   * @param means chance must not be foreseeable
   */
  public RelayService(
      LocalNode self,
      RelayBounds bounds,
      Function<OwnerId, Optional<Link>> connected,
      Means means) {
    this.self = self;
    this.bounds = bounds;
    this.connected = connected;
    this.random = means.random;
    this.budget = new RelayBudget(bounds, means.nanos);
    this.opens = new SourceLimit(self.clock(), WINDOW, OPENS_OF_ONE, OPENS);
  }

  /** Whether it carries anything at all. */
  boolean isOffered() {
    return bounds.offered();
  }

  /** Of one who may have circuits. */
  Reply open(Request.RelayOpen open, Link from) {
    if (!bounds.offered()) {
      return refusal(FailureKind.NOT_PERMITTED, "this node relays nothing", Duration.ZERO);
    }
    if (!opens.admit(from.partner().toString())) {
      return opens.refusal();
    }
    Optional<Link> other = connected.apply(open.other());
    if (other.isEmpty() || open.other().equals(from.partner())) {
      return refusal(
          FailureKind.NOT_FOUND, open.other().brief() + " is not connected here", COME_BACK);
    }
    var ticket = new Ticket(from.partner(), open.other(), self.now().plus(JOINED_WITHIN));
    byte[] name = new byte[RelayFields.TICKET];
    random.nextBytes(name);
    Optional<Reply> full = enter(key(name), ticket);
    if (full.isPresent()) {
      return full.get();
    }
    call(other.get(), name, ticket);
    return new Reply.RelayOpened(name);
  }

  private synchronized Optional<Reply> enter(String name, Ticket ticket) {
    List<CircuitEnd> late = purge();
    late.forEach(CircuitEnd::close);
    long ofPair = tickets.values().stream().filter(t -> t.pair().equals(ticket.pair())).count();
    if (ofPair >= OF_ONE_PAIR) {
      return Optional.of(busy("there are circuits between the two already", COME_BACK));
    }
    if (tickets.size() >= bounds.circuits()) {
      return Optional.of(busy("all circuits of this relay are in use", COME_BACK));
    }
    Duration pause = budget.pause(ticket.pair());
    if (!pause.isZero()) {
      return Optional.of(busy("what it relays in a day is used up", pause));
    }
    tickets.put(name, ticket);
    return Optional.empty();
  }

  /** Forgets tickets that were not used. */
  private List<CircuitEnd> purge() {
    var late = new ArrayList<CircuitEnd>();
    Instant now = self.now();
    tickets
        .values()
        .removeIf(
            ticket -> {
              boolean gone = !ticket.isComplete() && isOver(ticket.until, now);
              if (gone) {
                late.addAll(ticket.ends);
              }
              return gone;
            });
    return late;
  }

  /** Also where the clock was put back. */
  private static boolean isOver(Instant until, Instant now) {
    return now.isAfter(until) || now.isBefore(until.minus(JOINED_WITHIN));
  }

  private void call(Link other, byte[] name, Ticket ticket) {
    var unused =
        other
            .send(new Request.RelayCall(name, ticket.caller), JOINED_WITHIN)
            .whenComplete(
                (reply, failure) -> {
                  if (!(reply instanceof Reply.Done)) {
                    LOG.debug("{} does not come when called", ticket.called.brief(), failure);
                    forget(key(name));
                  }
                });
  }

  private void forget(String name) {
    List<CircuitEnd> ends;
    synchronized (this) {
      Ticket ticket = tickets.remove(name);
      ends = ticket == null ? List.of() : List.copyOf(ticket.ends);
    }
    ends.forEach(CircuitEnd::close);
  }

  /** Whether a connection may become a side of a circuit. */
  synchronized Reply join(Request.RelayJoin join, Link from) {
    Ticket ticket = tickets.get(key(join.ticket()));
    OwnerId who = from.partner();
    boolean meant =
        ticket != null
            && (who.equals(ticket.caller) || who.equals(ticket.called))
            && !isOver(ticket.until, self.now());
    if (!meant || ticket.admitted.contains(who)) {
      return refusal(
          FailureKind.NOT_FOUND, "there is no such circuit, or the other did not come", COME_BACK);
    }
    ticket.admitted.add(who);
    return new Reply.RelayJoined();
  }

  /** A connection that was let join is now that side of the circuit. */
  void joined(byte[] name, CircuitEnd end) {
    String key = key(name);
    List<CircuitEnd> both = List.of();
    Set<OwnerId> pair;
    synchronized (this) {
      Ticket ticket = tickets.get(key);
      if (ticket == null) {
        end.close();
        return;
      }
      pair = ticket.pair();
      ticket.ends.add(end);
      both = ticket.isComplete() ? List.copyOf(ticket.ends) : both;
    }
    end.whenClosed(() -> forget(key));
    if (!both.isEmpty()) {
      both.get(0).splice(both.get(1), bytes -> budget.carry(pair, bytes));
      both.get(1).splice(both.get(0), bytes -> budget.carry(pair, bytes));
    }
  }

  /** Circuits that there are, or may come. */
  public synchronized int circuits() {
    return tickets.size();
  }

  /** Bytes that were carried since the start. */
  public long carried() {
    return budget.carried();
  }

  private static String key(byte[] ticket) {
    return HexFormat.of().formatHex(Arrays.copyOf(ticket, RelayFields.TICKET));
  }

  private static Reply busy(String message, Duration retryAfter) {
    return refusal(FailureKind.BUSY, message, retryAfter);
  }

  private static Reply refusal(FailureKind reason, String message, Duration retryAfter) {
    return new Reply.Failure(reason, message, retryAfter);
  }
}
