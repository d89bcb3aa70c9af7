package kith.fs;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.peer.PeerClient;

/** The way to the partners over the links of a {@link PeerClient}. Safe for many threads. */
public final class ShardTransportPeers implements ShardTransport {
  private final PeerClient peers;

  public ShardTransportPeers(PeerClient peers) {
    this.peers = peers;
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard) {
    return peers.putAsync(shard).thenApply(receipt -> receipt.record().toBytes());
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
    return peers
        .getAsync(holder, blocks.shard(), blocks.first(), blocks.count())
        .copy()
        .orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(late(holder, failure)));
  }

  private static Throwable late(OwnerId holder, Throwable failure) {
    return Awaiting.cause(failure) instanceof TimeoutException
        ? new PartnerUnavailableException(holder.brief() + " did not answer in time", failure)
        : new CompletionException(Awaiting.cause(failure));
  }
}
