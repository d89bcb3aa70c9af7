package kith.fs.node;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.fs.ShardTransport;
import kith.peer.ConductBook;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.ReadClass;
import kith.peer.ReadPacing;
import kith.peer.ReadPurpose;
import kith.peer.Request;
import kith.peer.RestoreDeclaring;

/**
 * Reads blocks at partners, and asks none of them for what he would refuse: counts as he does. Safe
 * for many threads.
 */
final class NodeReading {
  /** A day, and what clocks may differ by. */
  private static final Duration GROWS_BACK = Duration.ofHours(26);

  private final PartnerBook book;
  private final PeerClient client;
  private final ReadPacing pacing;
  private final ConductBook conduct;
  private final ToLongFunction<OwnerId> held;
  private final AtomicReference<RestoreDeclaring> restoring = new AtomicReference<>();

  /**
   * @param known what is noted of holders
   * @param held bytes that a partner keeps for this owner
   */
  NodeReading(
      PartnerBook book, PeerClient client, NodePartners.Known known, ToLongFunction<OwnerId> held) {
    this.book = book;
    this.client = client;
    this.pacing = known.pacing();
    this.conduct = known.conduct();
    this.held = held;
  }

  /**
   * Until this is closed, what holders would not let be read as a courtesy is read by a declared
   * restore.
   */
  Closeable restore(RestoreDeclaring declaring) {
    restoring.set(declaring);
    return () -> restoring.compareAndSet(declaring, null);
  }

  /** The declarations, if it takes one to read for that purpose now. */
  private Optional<RestoreDeclaring> declared(OwnerId holder, ReadPurpose purpose) {
    return Optional.ofNullable(restoring.get())
        .filter(any -> purpose.kind() == ReadClass.COURTESY)
        .filter(any -> book.find(holder).filter(this::isSpent).isPresent());
  }

  /** Whether courtesies are used up, and the commitment is over. */
  private boolean isSpent(Partner partner) {
    return pacing.untilOver(partner).isZero()
        && !pacing.untilReadable(partner, held.applyAsLong(partner.id())).isZero();
  }

  CompletableFuture<byte[]> get(OwnerId holder, ShardTransport.Blocks blocks) {
    Optional<RestoreDeclaring> declared = declared(holder, blocks.purpose());
    return declared.isPresent()
        ? declared.get().get(holder, blocks.shard(), blocks.first(), blocks.count())
        : getWithinBudget(holder, blocks);
  }

  private CompletableFuture<byte[]> getWithinBudget(OwnerId holder, ShardTransport.Blocks blocks) {
    long most = (long) blocks.count() * ShardLayout.SEALED_BLOCK;
    Optional<Partner> partner = book.find(holder);
    try {
      ReadPurpose purpose =
          partner.isEmpty()
              ? blocks.purpose()
              : pacing.take(partner.get(), held.applyAsLong(holder), blocks.purpose(), most);
      var get = new Request.Get(blocks.shard(), blocks.first(), blocks.count(), purpose);
      return client
          .getAsync(holder, get)
          .whenComplete((bytes, failure) -> came(holder, purpose, most, bytes, failure));
    } catch (IOException | KithException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void came(
      OwnerId holder, ReadPurpose purpose, long most, byte[] bytes, Throwable failure) {
    try {
      pacing.giveBack(holder, purpose, most - (bytes == null ? 0 : bytes.length));
      boolean judged = failure == null || isRefusal(NodePartners.cause(failure), purpose);
      if (judged && book.find(holder).isPresent()) {
        conduct.read(holder, failure == null);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (failure != null && NodePartners.cause(failure) instanceof NotYetException refusal) {
      pacing.refused(holder, purpose, refusal.after());
    }
  }

  /**
   * Whether the holder had no reason by the agreement. What was asked is what may be read by both
   * sides' count, which grows back within a day; a repair or a restore he need not believe. Another
   * node at his address says nothing of him.
   */
  private static boolean isRefusal(Throwable cause, ReadPurpose purpose) {
    boolean delays =
        cause instanceof NotYetException refusal && refusal.after().compareTo(GROWS_BACK) > 0;
    boolean refuses =
        delays || (cause instanceof NotPermittedException refusal && refusal.answered());
    return refuses && purpose.kind() == ReadClass.COURTESY;
  }

  /** How long until a holder lets anything be read for that; zero if he does now. */
  Duration untilReadable(OwnerId holder, ReadPurpose purpose) {
    if (declared(holder, purpose).isPresent()) {
      return Duration.ZERO;
    }
    boolean asCourtesy = purpose.kind() == ReadClass.COURTESY;
    return book.find(holder)
        .map(
            partner ->
                asCourtesy
                    ? pacing.untilReadable(partner, held.applyAsLong(holder))
                    : pacing.untilOver(partner))
        .orElse(Duration.ZERO);
  }

  void forget(OwnerId holder) {
    pacing.forget(holder);
  }
}
