package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.peer.HeadRecord;
import kith.peer.PeerClient;

/**
 * Asks partners for the heads that they keep, all at once. Once enough have answered, what is found
 * can be used: k + 1 answers hold a head that is not older than what was safe, unless all of them
 * collude. The others have little time left. For one thread.
 */
final class HeadSearch {
  private static final Duration STRAGGLERS = Duration.ofMillis(700);
  private static final String PHASE = "asking partners for the newest head";

  private final PeerClient client;
  private final Executor calls;
  private final Duration within;
  private final ViewProgress progress;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<NotPermittedException> refused = new AtomicReference<>();
  private final List<byte[]> found = new ArrayList<>();
  private final Set<OwnerId> known = new HashSet<>();
  private final Set<OwnerId> answered = ConcurrentHashMap.newKeySet();
  private CompletableFuture<Void> stragglers = CompletableFuture.completedFuture(null);

  /**
   * @param within how long to wait for enough answers
   */
  HeadSearch(PeerClient client, Executor calls, Duration within, ViewProgress progress) {
    this.client = client;
    this.calls = calls;
    this.within = within;
    this.progress = progress;
  }

  /**
   * Asks those who have not answered before, and waits for enough answers.
   *
   * @param enough answers, those of before among them, after which the others are not waited for
   * @return whether there were so many in time
   */
  boolean ask(Collection<OwnerId> partners, int enough) throws IOException, KithException {
    CompletableFuture<Void> quorum = new CompletableFuture<>();
    boolean tooFew = answered.size() < enough;
    List<OwnerId> open =
        partners.stream()
            .filter(id -> !answered.contains(id) && (tooFew || !known.contains(id)))
            .toList();
    progress.asked((int) open.stream().filter(known::add).count());
    CompletableFuture<?>[] asked =
        open.stream()
            .map(id -> CompletableFuture.runAsync(() -> ask(id, enough, quorum), calls))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> all = CompletableFuture.allOf(asked);
    if (!tooFew) {
      quorum.complete(null);
    }
    var unused =
        progress.during(
            PHASE,
            CompletableFuture.anyOf(all, quorum)
                .completeOnTimeout(null, within.toMillis(), TimeUnit.MILLISECONDS));
    stragglers =
        CompletableFuture.allOf(
            stragglers, all.completeOnTimeout(null, STRAGGLERS.toMillis(), TimeUnit.MILLISECONDS));
    return answered.size() >= enough;
  }

  private void ask(OwnerId partner, int enough, CompletableFuture<Void> quorum) {
    try {
      List<HeadRecord> heads = client.heads(partner);
      synchronized (found) {
        heads.forEach(head -> found.add(head.sealed()));
      }
      if (!heads.isEmpty() && answered.add(partner)) {
        progress.answered();
        if (answered.size() >= enough) {
          quorum.complete(null);
        }
      }
    } catch (KithException e) {
      if (e instanceof NotPermittedException no && no.answered()) {
        refused.set(no);
      }
      failures.add(partner.brief() + ": " + e.getMessage());
    }
  }

  /** Waits for the others, whose time has run since enough had answered. */
  void awaitStragglers() throws IOException, KithException {
    progress.during(PHASE, stragglers);
  }

  /** The sealed heads of all who have answered so far. */
  List<byte[]> found() {
    synchronized (found) {
      return List.copyOf(found);
    }
  }

  /** Who has answered so far. */
  Set<OwnerId> answered() {
    return Set.copyOf(answered);
  }

  /** Why there is no head at all. */
  KithException failure() {
    String message =
        "none of the " + known.size() + " partners of the kit gave a head of this drive: " + why();
    return refused.get() == null
        ? new PartnerUnavailableException(message)
        : new NotPermittedException(message);
  }

  /** Why some gave none, in a line. */
  private String why() {
    return failures.isEmpty() ? "no answer in time" : String.join("; ", List.copyOf(failures));
  }
}
