package kith.peer;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.codec.ShardName;

/** A request that waits to be sent, or for its reply. On the link's event loop only. */
final class Pending {
  private static final int SEALED_BLOCK = kith.codec.ShardLayout.SEALED_BLOCK;

  final Request request;
  final CompletableFuture<Reply> reply;
  final Duration deadline;
  final int weight;
  int id;
  Future<?> timeout;
  long heldNanos;

  Pending(Request request, Duration deadline, CompletableFuture<Reply> reply) {
    this.request = request;
    this.deadline = deadline;
    this.reply = reply;
    this.weight = weight(request);
  }

  /** Raw bytes that go out, or that may come back. */
  private static int weight(Request request) {
    if (request instanceof Request.Get get) {
      return (int) Math.min(Protocol.MAX_PAYLOAD, (long) get.count() * SEALED_BLOCK);
    }
    return request.payload().remaining();
  }

  /** Whether it must keep its place among its like, and lets all others pass. */
  boolean isBulk() {
    return request.lane() >= 0;
  }

  /** For messages: what was asked. */
  String name() {
    ShardName shard = request instanceof Request.Get get ? get.shard() : null;
    return request.kind() + (shard == null ? "" : " of " + shard);
  }

  void end() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
