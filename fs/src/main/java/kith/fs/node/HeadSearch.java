package kith.fs.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.peer.HeadRecord;
import kith.peer.PeerClient;

/**
 * Asks partners for the heads that they keep, all at once. Once enough have answered, the others
 * have little time left: k + 1 answers hold a head that is not older than what was safe, unless all
 * of them collude.
 */
final class HeadSearch {
  private static final Duration STRAGGLERS = Duration.ofMillis(700);

  private final PeerClient client;
  private final Executor calls;
  private final Duration within;
  private final int enough;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param within how long to wait for enough answers
   * @param enough how many that is
   */
  HeadSearch(PeerClient client, Executor calls, Duration within, int enough) {
    this.client = client;
    this.calls = calls;
    this.within = within;
    this.enough = enough;
  }

  /** The sealed heads of those who answer in time. */
  List<byte[]> ask(List<OwnerId> partners) {
    List<byte[]> found = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger answers = new AtomicInteger();
    CompletableFuture<Void> quorum = new CompletableFuture<>();
    List<CompletableFuture<Void>> asked =
        partners.stream()
            .map(
                partner ->
                    CompletableFuture.runAsync(
                        () -> {
                          if (ask(partner, found) && answers.incrementAndGet() == enough) {
                            quorum.complete(null);
                          }
                        },
                        calls))
            .toList();
    CompletableFuture<Void> all =
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new));
    var either = CompletableFuture.anyOf(all, quorum);
    var unused = either.completeOnTimeout(null, within.toMillis(), TimeUnit.MILLISECONDS).join();
    all.completeOnTimeout(null, STRAGGLERS.toMillis(), TimeUnit.MILLISECONDS).join();
    synchronized (found) {
      return List.copyOf(found);
    }
  }

  private boolean ask(OwnerId partner, List<byte[]> found) {
    try {
      List<HeadRecord> heads = client.heads(partner);
      heads.forEach(head -> found.add(head.sealed()));
      return !heads.isEmpty();
    } catch (KithException e) {
      failures.add(partner.brief() + ": " + e.getMessage());
      return false;
    }
  }

  /** Why some gave none, in a line. */
  String failures() {
    return failures.isEmpty() ? "no answer in time" : String.join("; ", List.copyOf(failures));
  }
}
