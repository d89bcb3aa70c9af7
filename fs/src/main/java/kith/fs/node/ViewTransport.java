package kith.fs.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.fs.ShardTransport;
import kith.peer.PeerClient;
import kith.peer.ReadPurpose;
import kith.peer.Request;
import kith.peer.RestoreDeclaring;

/**
 * The way to the shards for a view, which puts nothing, and declares that it restores before it
 * reads. Safe for many threads.
 */
final class ViewTransport implements ShardTransport {
  private final PeerClient client;
  private final RestoreDeclaring declaring;
  private final ViewProgress progress;

  ViewTransport(PeerClient client, RestoreDeclaring declaring, ViewProgress progress) {
    this.client = client;
    this.declaring = declaring;
    this.progress = progress;
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
    return CompletableFuture.failedFuture(new NotPermittedException("a restore view puts nothing"));
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
    return declaring
        .at(holder)
        .thenCompose(purpose -> get(holder, blocks, purpose))
        .whenComplete((bytes, failure) -> progress.read(bytes == null ? 0 : bytes.length));
  }

  private CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, ReadPurpose purpose) {
    var get = new Request.Get(blocks.shard(), blocks.first(), blocks.count(), purpose);
    return client
        .getAsync(holder, get)
        .whenComplete(
            (bytes, failure) -> {
              if (failure != null && NodePartners.cause(failure) instanceof NotPermittedException) {
                declaring.unknown(holder);
              }
            });
  }
}
