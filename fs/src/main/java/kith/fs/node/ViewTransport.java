package kith.fs.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.fs.ShardTransport;
import kith.peer.PeerClient;

/** The way to the shards for a view, which reads and puts nothing. */
final class ViewTransport implements ShardTransport {
  private final PeerClient client;
  private final ViewProgress progress;

  ViewTransport(PeerClient client, ViewProgress progress) {
    this.client = client;
    this.progress = progress;
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
    return CompletableFuture.failedFuture(new NotPermittedException("a restore view puts nothing"));
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
    return client
        .getAsync(holder, blocks.shard(), blocks.first(), blocks.count())
        .whenComplete((bytes, failure) -> progress.read(bytes == null ? 0 : bytes.length));
  }
}
