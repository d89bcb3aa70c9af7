package kith.fs.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.peer.HeadRecord;
import kith.peer.PeerClient;

/** Asks partners for the heads that they keep, all at once, and doesn't wait for the slowest. */
final class HeadSearch {
  private final PeerClient client;
  private final Executor calls;
  private final Duration within;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  HeadSearch(PeerClient client, Executor calls, Duration within) {
    this.client = client;
    this.calls = calls;
    this.within = within;
  }

  /** The sealed heads of those who answer in time. */
  List<byte[]> ask(List<OwnerId> partners) {
    List<CompletableFuture<List<byte[]>>> asked =
        partners.stream()
            .map(
                partner ->
                    CompletableFuture.supplyAsync(() -> heads(partner), calls)
                        .completeOnTimeout(List.of(), within.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    return asked.stream().flatMap(answer -> answer.join().stream()).toList();
  }

  private List<byte[]> heads(OwnerId partner) {
    try {
      return client.heads(partner).stream().map(HeadRecord::sealed).toList();
    } catch (KithException e) {
      failures.add(partner.brief() + ": " + e.getMessage());
      return List.of();
    }
  }

  /** Why some gave none, in a line. */
  String failures() {
    return failures.isEmpty() ? "no answer in time" : String.join("; ", List.copyOf(failures));
  }
}
