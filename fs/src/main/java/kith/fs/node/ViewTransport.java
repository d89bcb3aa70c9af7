package kith.fs.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.fs.ShardTransport;
import kith.peer.RestoreDeclaring;

/**
 * The way to the shards for a view, which puts nothing, and declares that it restores before it
 * reads. Safe for many threads.
 */
final class ViewTransport implements ShardTransport {
  private final RestoreDeclaring declaring;
  private final ViewProgress progress;

  ViewTransport(RestoreDeclaring declaring, ViewProgress progress) {
    this.declaring = declaring;
    this.progress = progress;
  }

  /** Declares to a holder that this restores, if that is not said yet. */
  CompletableFuture<?> ready(OwnerId holder) {
    return declaring.at(holder);
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
    return CompletableFuture.failedFuture(new NotPermittedException("a restore view puts nothing"));
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
    return declaring
        .get(holder, blocks.shard(), blocks.first(), blocks.count())
        .whenComplete((bytes, failure) -> progress.read(bytes == null ? 0 : bytes.length));
  }
}
