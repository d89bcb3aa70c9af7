package kith.peer;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;

/**
 * What this node has promised to keep for others: by agreements, by offers of its own that the
 * other side may sign, and by invitations that somebody may use. What has expired promises nothing
 * any more. Safe for any number of threads.
 */
public final class Promises {
  private final OfferBook offers;
  private final Invitations invitations;
  private final InstantSource clock;

  public Promises(OfferBook offers, Invitations invitations, InstantSource clock) {
    this.offers = offers;
    this.invitations = invitations;
    this.clock = clock;
  }

  /** Bytes in all. */
  public long bytes() throws IOException {
    return sum(Optional.empty());
  }

  /** Bytes to all but one. */
  public long bytesBut(OwnerId other) throws IOException {
    return sum(Optional.of(other));
  }

  private long sum(Optional<OwnerId> without) throws IOException {
    Set<OwnerId> all = new HashSet<>();
    offers.partners().all().forEach(partner -> all.add(partner.id()));
    offers.outgoing().forEach(offer -> all.add(offer.other()));
    without.ifPresent(all::remove);
    long sum = invitations.promised();
    for (OwnerId other : all) {
      sum = plus(sum, to(other));
    }
    return sum;
  }

  /** Bytes to one: what is agreed, or offered if that is more. */
  long to(OwnerId other) {
    long agreed = offers.partners().find(other).map(Promises::agreed).orElse(0L);
    long offered =
        offers
            .outgoing(other)
            .filter(offer -> offer.binds(clock.instant()))
            .map(offer -> offer.agreement().otherThan(other).space())
            .orElse(0L);
    return Math.max(agreed, offered);
  }

  /** Nothing to one who needs nothing any more, while his partnership ends. */
  private static long agreed(Partner partner) {
    boolean released = partner.isLeaving() && partner.leave().orElseThrow().isReleasedHere();
    return released ? 0 : partner.spaceHere();
  }

  /** The sum of two sizes, at most what a long holds. */
  static long plus(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }
}
