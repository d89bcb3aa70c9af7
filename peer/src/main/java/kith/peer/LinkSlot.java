package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import kith.codec.KithException;

/**
 * The place of one partner's links: those that are open, the attempt to open one, and when the next
 * may begin. A direct link is used before one through a relay, of equals the newest: whoever opens
 * one has lost the others, which may not show on this side for minutes. Guarded by itself.
 */
final class LinkSlot {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_DOUBLINGS = 6;
  private static final Duration FIRST_DIRECT_PAUSE = Duration.ofSeconds(20);
  private static final int MOST_DIRECT_DOUBLINGS = 4;
  private static final int MOST_LINKS = 8;

  /** What was asked over a relay when a direct link came has so long to be answered. */
  static final Duration RETIRED_AFTER = Duration.ofSeconds(60);

  private final Predicate<Credential> usable;
  private final List<Link> links = new ArrayList<>();
  private CompletableFuture<Link> attempt;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private KithException lastFailure;
  private boolean tryingDirectly;
  private int directFailures;
  private Instant directNotBefore = Instant.MIN;
  private Instant retireAt = Instant.MAX;

  /**
   * @param usable whether a machine is its owner's node
   */
  LinkSlot(Predicate<Credential> usable) {
    this.usable = usable;
  }

  /** The link to use; empty if none is open. */
  Optional<Link> best() {
    links.removeIf(link -> !link.isOpen() || !usable.test(link.peer()));
    return links.stream()
        .filter(link -> link.relay().isEmpty())
        .findFirst()
        .or(() -> links.stream().findFirst());
  }

  /** Those that are open. */
  List<Link> open() {
    best();
    return List.copyOf(links);
  }

  /**
   * Takes an open link.
   *
   * @return whoever waited for one; completed by the caller, who holds no lock then
   */
  Optional<CompletableFuture<Link>> take(Link link, Instant now) {
    boolean wasRelayed = best().flatMap(Link::relay).isPresent();
    links.add(0, link);
    failures = 0;
    notBefore = Instant.MIN;
    if (link.relay().isEmpty()) {
      directFailures = 0;
      retireAt = wasRelayed ? now.plus(RETIRED_AFTER) : retireAt;
    } else if (!wasRelayed) {
      directNotBefore = now.plus(FIRST_DIRECT_PAUSE);
    }
    Optional<CompletableFuture<Link>> waiting = Optional.ofNullable(attempt);
    attempt = null;
    return waiting;
  }

  /** Links that are not needed any more, for the caller to close without the lock. */
  List<Link> retired(Instant now) {
    var gone = new ArrayList<Link>();
    boolean direct = best().isPresent() && best().get().relay().isEmpty();
    if (direct && !now.isBefore(retireAt)) {
      for (Iterator<Link> each = links.iterator(); each.hasNext(); ) {
        Link link = each.next();
        if (link.relay().isPresent()) {
          gone.add(link);
          each.remove();
        }
      }
      retireAt = Instant.MAX;
    }
    while (links.size() > MOST_LINKS) {
      gone.add(links.remove(links.size() - 1));
    }
    return gone;
  }

  /** The attempt that is under way. */
  Optional<CompletableFuture<Link>> attempt() {
    return Optional.ofNullable(attempt);
  }

  /** Why none may begin now; empty if one may. */
  Optional<KithException> refusal(Instant now) {
    return now.isBefore(notBefore) ? Optional.of(lastFailure) : Optional.empty();
  }

  CompletableFuture<Link> begin() {
    attempt = new CompletableFuture<>();
    return attempt;
  }

  /** An attempt has failed; nothing follows from that if a link came from elsewhere meanwhile. */
  void failed(CompletableFuture<Link> ended, KithException why, Instant now) {
    if (attempt == ended) {
      attempt = null;
      lastFailure = why;
      notBefore = now.plus(FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)));
      failures++;
    }
  }

  /** Whether to try a direct link now; then {@link #endDirectly} must follow. */
  boolean beginDirectly(Instant now) {
    boolean due = !tryingDirectly && !now.isBefore(directNotBefore);
    tryingDirectly |= due;
    return due;
  }

  void endDirectly(boolean came, Instant now) {
    tryingDirectly = false;
    if (!came) {
      int doublings = Math.min(directFailures++, MOST_DIRECT_DOUBLINGS);
      directNotBefore = now.plus(FIRST_DIRECT_PAUSE.multipliedBy(1L << doublings));
    }
  }

  /** Forgets all pauses. */
  void retryNow() {
    notBefore = Instant.MIN;
    failures = 0;
    directNotBefore = Instant.MIN;
    directFailures = 0;
  }

  /** Lets nothing begin any more. */
  void end(KithException why) {
    lastFailure = why;
    notBefore = Instant.MAX;
    directNotBefore = Instant.MAX;
  }
}
