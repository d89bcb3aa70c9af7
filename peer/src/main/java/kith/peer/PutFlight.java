package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.SealedShard;

/**
 * One shard on its way to its holder: announced, sent and committed without waiting for replies in
 * between; the link sees to the pace. Ends with the holder's signed acknowledgement, or with the
 * first thing that went wrong.
 */
final class PutFlight {
  private final Link link;
  private final SealedShard shard;
  private final Duration deadline;
  private final BandwidthQueue bandwidth;
  private final CompletableFuture<SignedRecord> ack = new CompletableFuture<>();

  /**
   * @param deadline of each request, from when it is its turn
   */
  PutFlight(Link link, SealedShard shard, Duration deadline, BandwidthQueue bandwidth) {
    this.bandwidth = bandwidth;
    this.link = link;
    this.shard = shard;
    this.deadline = deadline;
  }

  CompletableFuture<SignedRecord> start() {
    var open =
        new Request.PutOpen(
            shard.name(), shard.descriptor(), shard.sealed().length, shard.merkleRoot());
    send(open, Reply.PutOpened.class, opened -> opened.ack().ifPresent(ack::complete));
    sendFrom(0);
    return ack;
  }

  /** Sends what may be sent now, and the rest when it is its turn. */
  private void sendFrom(int first) {
    int at = first;
    while (at < shard.sealed().length && !ack.isDone()) {
      int length = Math.min(Protocol.PUT_BYTES, shard.sealed().length - at);
      CompletableFuture<Void> turn =
          bandwidth.take(Bandwidth.onWire(length), BandwidthQueue.Kind.BACKGROUND);
      if (!turn.isDone()) {
        int here = at;
        var unused =
            turn.thenRun(
                () -> {
                  sendBlocks(here, length);
                  sendFrom(here + length);
                });
        return;
      }
      sendBlocks(at, length);
      at += length;
    }
    if (!ack.isDone()) {
      var commit = new Request.PutCommit(shard.name(), shard.merkleRoot());
      send(commit, Reply.PutDone.class, done -> ack.complete(done.ack()));
    }
  }

  private void sendBlocks(int at, int length) {
    if (!ack.isDone()) {
      var bytes = ByteBuffer.wrap(shard.sealed(), at, length);
      send(new Request.PutBlocks(shard.name(), at, bytes), Reply.Done.class, done -> {});
    }
  }

  private <T extends Reply> void send(
      Request request, Class<T> type, java.util.function.Consumer<T> then) {
    var unused =
        link.send(request, deadline)
            .whenComplete(
                (reply, failure) -> {
                  try {
                    if (failure != null) {
                      ack.completeExceptionally(Calls.kith(failure));
                    } else {
                      then.accept(Calls.expect(link, reply, type));
                    }
                  } catch (KithException e) {
                    ack.completeExceptionally(e);
                  }
                });
  }

  /**
   * Checks that the acknowledgement is the holder's and of this shard.
   *
   * @throws CorruptDataException if not
   */
  static PutReceipt check(SignedRecord record, SealedShard shard, LocalNode self)
      throws CorruptDataException {
    PutAck ack = PutAck.of(record);
    boolean ours =
        ack.owner().equals(self.identity().owner())
            && ack.holder().equals(shard.holder())
            && ack.shard().equals(shard.name())
            && ack.sealedLength() == shard.sealed().length
            && ack.merkleRoot().equals(shard.merkleRoot());
    if (!ours) {
      throw new CorruptDataException(
          shard.holder().brief() + " acknowledged something else than " + shard.name());
    }
    return new PutReceipt(ack, record);
  }
}
