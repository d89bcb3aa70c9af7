package kith.peer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/**
 * The links of a node, whoever opened them: found, opened when missing, and after failures not
 * before a growing pause. While a partner is reached through a relay a direct link is tried now and
 * then, and taken up. Safe for any number of threads.
 */
public final class Links implements AutoCloseable {
  private final LocalNode self;
  private final Contacts contacts;
  private final Predicate<Credential> refused;
  private final Map<OwnerId, LinkSlot> slots = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile boolean reached;

  public Links(LocalNode self, Contacts contacts) {
    this(self, contacts, machine -> false);
  }

  /**
   * @param refused whom this node does not talk to when it has called him
   */
  public Links(LocalNode self, Contacts contacts, Predicate<Credential> refused) {
    this.self = self;
    this.contacts = contacts;
    this.refused = refused;
  }

  private LinkSlot slot(OwnerId partner) {
    LinkSlot slot = slots.computeIfAbsent(partner, id -> new LinkSlot());
    if (closed) {
      end(slot);
    }
    return slot;
  }

  private static void end(LinkSlot slot) {
    synchronized (slot) {
      slot.end(new PartnerUnavailableException("this node is closing"));
    }
  }

  /** Whether anybody has opened a link to this node, not through a relay, since it started. */
  public boolean isReached() {
    return reached;
  }

  /** Takes a link that a partner opened. */
  void opened(Link link) {
    reached |= link.relay().isEmpty();
    if (link.peer().role() == Role.NODE) {
      take(slot(link.partner()), link);
    }
  }

  private void take(LinkSlot slot, Link link) {
    Optional<CompletableFuture<Link>> waiting;
    List<Link> retired;
    synchronized (slot) {
      waiting = slot.take(link, self.now());
      retired = slot.retired(self.now());
    }
    waiting.ifPresent(attempt -> attempt.complete(link));
    retired.forEach(Link::close);
  }

  /** The open link with this node, if there is one. */
  Optional<Link> find(OwnerId partner) {
    LinkSlot slot = slots.get(partner);
    if (slot == null) {
      return Optional.empty();
    }
    synchronized (slot) {
      return slot.best();
    }
  }

  /** The open link with this node, if there is one that no relay carries. */
  public Optional<Link> direct(OwnerId partner) {
    return find(partner).filter(link -> link.relay().isEmpty());
  }

  /** Whether there is an open link with this partner. */
  public boolean isUp(OwnerId partner) {
    return find(partner).isPresent();
  }

  /** Whose node relays what goes to this partner now; empty if there is a direct link, or none. */
  public Optional<OwnerId> relay(OwnerId partner) {
    return find(partner).flatMap(Link::relay);
  }

  /** Where a partner or other known node is. */
  Optional<Contact> contact(OwnerId partner) {
    return contacts.contact(partner);
  }

  /**
   * The link with a partner, opened over {@code network} when there is none. Fails at once during
   * the pause after a failure, naming that failure.
   */
  CompletableFuture<Link> get(OwnerId partner, Network network) {
    LinkSlot slot = slot(partner);
    Optional<Link> open;
    List<Link> retired;
    synchronized (slot) {
      open = slot.best();
      retired = slot.retired(self.now());
    }
    retired.forEach(Link::close);
    if (open.isEmpty()) {
      return open(slot, partner, network);
    }
    if (open.get().relay().isPresent()) {
      tryDirectly(slot, partner, network);
    }
    return CompletableFuture.completedFuture(open.get());
  }

  private CompletableFuture<Link> open(LinkSlot slot, OwnerId partner, Network network) {
    Optional<Contact> contact = contacts.contact(partner);
    CompletableFuture<Link> attempt;
    synchronized (slot) {
      if (slot.best().isPresent()) {
        return CompletableFuture.completedFuture(slot.best().get());
      } else if (slot.attempt().isPresent()) {
        return slot.attempt().get();
      } else if (slot.refusal(self.now()).isPresent()) {
        return CompletableFuture.failedFuture(slot.refusal(self.now()).get());
      } else if (contact.isEmpty()) {
        return CompletableFuture.failedFuture(
            new NotPermittedException(partner.brief() + " is no partner of this node"));
      }
      attempt = slot.begin();
    }
    var unused =
        network
            .connect(contact.get())
            .thenApply(this::checked)
            .whenComplete((link, failure) -> end(slot, attempt, link, failure));
    return attempt;
  }

  private Link checked(Link link) {
    if (refused.test(link.peer())) {
      link.close();
      throw new CompletionException(
          new NotPermittedException(
              link.partner().brief() + " has another key by now than the node that answers"));
    }
    return link;
  }

  private void end(LinkSlot slot, CompletableFuture<Link> attempt, Link link, Throwable failure) {
    if (link != null) {
      take(slot, link);
    } else {
      KithException why = Calls.kith(failure);
      synchronized (slot) {
        slot.failed(attempt, why, self.now());
      }
      attempt.completeExceptionally(why);
    }
  }

  /** Tries to do without the relay, if it is time. */
  private void tryDirectly(LinkSlot slot, OwnerId partner, Network network) {
    Optional<Contact> contact = contacts.contact(partner);
    boolean due;
    synchronized (slot) {
      due = contact.isPresent() && slot.beginDirectly(self.now());
    }
    if (due) {
      var unused =
          network
              .connectDirectly(contact.get())
              .thenApply(this::checked)
              .whenComplete((direct, failure) -> endDirectly(slot, direct));
    }
  }

  private void endDirectly(LinkSlot slot, Link direct) {
    synchronized (slot) {
      slot.endDirectly(direct != null, self.now());
    }
    if (direct != null) {
      take(slot, direct);
    }
  }

  /** Forgets the pause after a failure: there is reason to believe that it will work now. */
  public void retryNow(OwnerId partner) {
    LinkSlot slot = slot(partner);
    synchronized (slot) {
      slot.retryNow();
    }
  }

  /** Closes the links with a partner, if there are any. */
  public void drop(OwnerId partner) {
    LinkSlot slot = slots.get(partner);
    if (slot != null) {
      open(slot).forEach(Link::close);
    }
  }

  private static List<Link> open(LinkSlot slot) {
    synchronized (slot) {
      return slot.open();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (LinkSlot slot : slots.values()) {
      end(slot);
      open(slot).forEach(Link::close);
    }
  }
}
