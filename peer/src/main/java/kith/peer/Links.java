package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/**
 * The links of a node, one per partner, whoever opened it: found, opened when missing, and after
 * failures not before a growing pause. Safe for any number of threads.
 */
public final class Links implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_DOUBLINGS = 6;

  private final LocalNode self;
  private final Contacts contacts;
  private final Map<OwnerId, Slot> slots = new ConcurrentHashMap<>();

  /** The place of one partner's link. Guarded by itself. */
  private static final class Slot {
    CompletableFuture<Link> link;
    int failures;
    Instant notBefore = Instant.MIN;
    KithException lastFailure;
  }

  public Links(LocalNode self, Contacts contacts) {
    this.self = self;
    this.contacts = contacts;
  }

  private Slot slot(OwnerId partner) {
    return slots.computeIfAbsent(partner, id -> new Slot());
  }

  /** Takes a link that a partner opened; used while there is no other. */
  void opened(Link link) {
    Slot slot = slot(link.partner());
    synchronized (slot) {
      boolean usable = open(slot).isPresent() || (slot.link != null && !slot.link.isDone());
      if (!usable && link.peer().role() == Role.NODE) {
        slot.link = CompletableFuture.completedFuture(link);
        slot.failures = 0;
        slot.notBefore = Instant.MIN;
      }
    }
  }

  private static Optional<Link> open(Slot slot) {
    boolean ready =
        slot.link != null && slot.link.isDone() && !slot.link.isCompletedExceptionally();
    return ready ? Optional.of(slot.link.join()).filter(Link::isOpen) : Optional.empty();
  }

  /** Whether there is an open link with this partner. */
  public boolean isUp(OwnerId partner) {
    Slot slot = slots.get(partner);
    if (slot == null) {
      return false;
    }
    synchronized (slot) {
      return open(slot).isPresent();
    }
  }

  /**
   * The link with a partner, opened over {@code network} when there is none. Fails at once during
   * the pause after a failure, naming that failure.
   */
  CompletableFuture<Link> get(OwnerId partner, Network network) {
    Slot slot = slot(partner);
    Optional<Contact> contact = contacts.contact(partner);
    CompletableFuture<Link> attempt;
    synchronized (slot) {
      if (open(slot).isPresent() || (slot.link != null && !slot.link.isDone())) {
        return slot.link;
      }
      if (self.now().isBefore(slot.notBefore)) {
        return CompletableFuture.failedFuture(slot.lastFailure);
      }
      if (contact.isEmpty()) {
        return CompletableFuture.failedFuture(
            new NotPermittedException(partner.brief() + " is no partner of this node"));
      }
      attempt = new CompletableFuture<>();
      slot.link = attempt;
    }
    var unused =
        network
            .connect(contact.get())
            .whenComplete((link, failure) -> end(slot, attempt, link, failure));
    return attempt;
  }

  private void end(Slot slot, CompletableFuture<Link> attempt, Link link, Throwable failure) {
    KithException why = failure == null ? null : Calls.kith(failure);
    synchronized (slot) {
      if (link != null) {
        slot.failures = 0;
        slot.notBefore = Instant.MIN;
      } else {
        slot.lastFailure = why;
        slot.notBefore = self.now().plus(pause(slot.failures++));
      }
    }
    if (link != null) {
      attempt.complete(link);
    } else {
      attempt.completeExceptionally(why);
    }
  }

  private static Duration pause(int failures) {
    return FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
  }

  /** Forgets the pause after a failure: there is reason to believe that it will work now. */
  public void retryNow(OwnerId partner) {
    Slot slot = slot(partner);
    synchronized (slot) {
      slot.notBefore = Instant.MIN;
      slot.failures = 0;
    }
  }

  /** Closes the link with a partner, if there is one. */
  public void drop(OwnerId partner) {
    Slot slot = slots.get(partner);
    if (slot == null) {
      return;
    }
    Optional<Link> link;
    synchronized (slot) {
      link = open(slot);
      slot.link = link.isPresent() ? null : slot.link;
    }
    link.ifPresent(Link::close);
  }

  @Override
  public void close() {
    var closed = new PartnerUnavailableException("this node is closing");
    for (Slot slot : slots.values()) {
      Optional<Link> link;
      synchronized (slot) {
        link = open(slot);
        slot.lastFailure = closed;
        slot.notBefore = Instant.MAX;
      }
      link.ifPresent(Link::close);
    }
  }
}
