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
 * Asks partners for the heads that they keep, all at once. Once enough have answered, the others
 * have little time left: k + 1 answers hold a head that is not older than what was safe, unless all
 * of them collude. For one thread.
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
  private final Set<OwnerId> known = new HashSet<>();
  private final Set<OwnerId> answered = ConcurrentHashMap.newKeySet();

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
   * The sealed heads of those who answer in time and had not answered before.
   *
   * @param enough answers, those of before among them, after which the others are hardly waited for
   */
  List<byte[]> ask(Collection<OwnerId> partners, int enough) throws IOException, KithException {
    List<byte[]> found = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> quorum = new CompletableFuture<>();
    boolean tooFew = answered.size() < enough;
    List<OwnerId> open =
        partners.stream()
            .filter(id -> !answered.contains(id) && (tooFew || !known.contains(id)))
            .toList();
    progress.asked((int) open.stream().filter(known::add).count());
    List<CompletableFuture<Void>> asked =
        open.stream()
            .map(
                partner ->
                    CompletableFuture.runAsync(
                        () -> {
                          if (ask(partner, found) && answered.size() >= enough) {
                            quorum.complete(null);
                          }
                        },
                        calls))
            .toList();
    CompletableFuture<Void> all =
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new));
    if (!tooFew) {
      quorum.complete(null);
    }
    var either = CompletableFuture.anyOf(all, quorum);
    var unused =
        progress.during(
            PHASE, either.completeOnTimeout(null, within.toMillis(), TimeUnit.MILLISECONDS));
    progress.during(
        PHASE, all.completeOnTimeout(null, STRAGGLERS.toMillis(), TimeUnit.MILLISECONDS));
    synchronized (found) {
      return List.copyOf(found);
    }
  }

  private boolean ask(OwnerId partner, List<byte[]> found) {
    try {
      List<HeadRecord> heads = client.heads(partner);
      heads.forEach(head -> found.add(head.sealed()));
      if (heads.isEmpty() || !answered.add(partner)) {
        return false;
      }
      progress.answered();
      return true;
    } catch (KithException e) {
      if (e instanceof NotPermittedException no) {
        refused.set(no);
      }
      failures.add(partner.brief() + ": " + e.getMessage());
      return false;
    }
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
