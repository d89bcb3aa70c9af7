package kith.peer;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares a restore at each holder before the first read there, and again before it ends while it
 * goes on. Where none is accepted it reads as a courtesy, and tries again after a while. Safe for
 * any number of threads.
 */
public final class RestoreDeclaring {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreDeclaring.class);

  /** So long before its end a declaration is made anew. */
  private static final Duration EARLY = Duration.ofDays(1);

  /** Until a holder who accepts none is asked again. */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final LocalNode self;
  private final PeerClient client;
  private final SecureRandom random;
  private final Map<OwnerId, Declared> declared = new ConcurrentHashMap<>();

  /** What a holder has answered, or will. */
  private static final class Declared {
    private final CompletableFuture<ReadPurpose> purpose = new CompletableFuture<>();
    private final Instant from;
    private volatile Instant until = Instant.MAX;

    private Declared(Instant from) {
      this.from = from;
    }

    private boolean isGood(Instant now) {
      return now.isBefore(until) && !now.isBefore(from.minus(Credential.CLOCK_SLACK));
    }
  }

  public RestoreDeclaring(LocalNode self, PeerClient client, SecureRandom random) {
    this.self = self;
    this.client = client;
    this.random = random;
  }

  /** With what purpose to read at a holder. Fails if he cannot be reached. */
  public CompletableFuture<ReadPurpose> at(OwnerId holder) {
    Instant now = self.now();
    Declared before = declared.get(holder);
    if (before != null && before.isGood(now)) {
      return before.purpose;
    }
    var next = new Declared(now);
    boolean mine =
        before == null
            ? declared.putIfAbsent(holder, next) == null
            : declared.replace(holder, before, next);
    if (!mine) {
      return at(holder);
    }
    declare(holder, next);
    return next.purpose;
  }

  private void declare(OwnerId holder, Declared next) {
    OwnerId owner = self.identity().owner();
    var declaration = new RestoreDeclaration(owner, holder, RestoreId.random(random), self.now());
    SignedRecord record = declaration.signedBy(self.identity());
    var unused =
        client
            .askAsync(holder, new Request.RestoreDeclare(Optional.of(record)))
            .whenComplete((reply, failure) -> answered(declaration, next, reply, failure));
  }

  private void answered(
      RestoreDeclaration declaration, Declared next, Reply reply, Throwable failure) {
    OwnerId holder = declaration.holder();
    if (failure != null) {
      declared.remove(holder, next);
      next.purpose.completeExceptionally(failure);
    } else if (reply instanceof Reply.RestoreState state && state.until().isAfter(self.now())) {
      next.until = state.until().minus(EARLY);
      next.purpose.complete(new ReadPurpose.Restore(declaration.id()));
    } else {
      LOG.info("{} accepts no declared restore: {}", holder.brief(), said(reply));
      next.until = self.now().plus(AGAIN);
      next.purpose.complete(ReadPurpose.COURTESY);
    }
  }

  private static String said(Reply reply) {
    return reply instanceof Reply.Failure refused ? refused.message() : reply.kind().toString();
  }

  /** Reads blocks of a shard, declared where that is accepted. */
  public CompletableFuture<byte[]> get(OwnerId holder, ShardName shard, int first, int count) {
    return at(holder)
        .thenCompose(
            purpose -> client.getAsync(holder, new Request.Get(shard, first, count, purpose)))
        .whenComplete(
            (bytes, failure) -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              if (cause instanceof NotPermittedException) {
                unknown(holder);
              }
            });
  }

  /** A holder does not know the declaration any more: it is made anew before the next read. */
  private void unknown(OwnerId holder) {
    declared.computeIfPresent(holder, (id, before) -> before.purpose.isDone() ? null : before);
  }
}
