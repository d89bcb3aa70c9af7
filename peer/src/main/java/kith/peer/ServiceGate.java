package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.OwnerId;
import kith.peer.conduct.Service;

/**
 * Serves partners by how they keep their word with this node: those who are doubted slowly, those
 * who are excluded not at all. What is kept for them stays. Safe for any number of threads.
 */
final class ServiceGate {
  /** However much was taken at once, and wherever the clock went, nobody waits longer. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final ConductBook conduct;
  private final InstantSource clock;
  private final Map<OwnerId, Instant> served = new ConcurrentHashMap<>();

  ServiceGate(ConductBook conduct, InstantSource clock) {
    this.conduct = conduct;
    this.clock = clock;
  }

  /**
   * What a partner is told instead of being served; empty if it is.
   *
   * @param bytes that it wants to store
   */
  Optional<Reply> refusal(OwnerId partner, long bytes) {
    return switch (Service.of(conduct.standing(partner))) {
      case FULL -> {
        served.remove(partner);
        yield Optional.empty();
      }
      case SLOW -> slowly(partner, bytes);
      case NONE ->
          Optional.of(
              new Reply.Failure(
                  FailureKind.NOT_PERMITTED,
                  "this node has excluded you: its owner's node "
                      + ConductBook.text(conduct.standing(partner)),
                  Duration.ZERO));
    };
  }

  private Optional<Reply> slowly(OwnerId partner, long bytes) {
    Instant now = clock.instant();
    Instant free = served.getOrDefault(partner, now);
    boolean waits = now.isBefore(free) && !free.isAfter(now.plus(LONGEST));
    if (waits) {
      return Optional.of(
          new Reply.Failure(
              FailureKind.BUSY,
              "you are served slowly: your node " + ConductBook.text(conduct.standing(partner)),
              Duration.between(now, free)));
    }
    Duration takes = Duration.ofMillis(bytes * 1000 / Service.SLOW_RATE);
    served.put(partner, now.plus(takes.compareTo(LONGEST) > 0 ? LONGEST : takes));
    return Optional.empty();
  }
}
