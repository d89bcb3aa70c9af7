package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.TrackRecord;
import kith.peer.conduct.Testimonies;
import kith.peer.conduct.Testimony;

/**
 * How nodes have kept their word with others, by what those others and they themselves have signed,
 * and by claims that this node has looked into. Safe for any number of threads.
 */
public final class TrackRecords {
  private final OwnerId self;
  private final ReceiptBook receipts;
  private final PartnerBook book;
  private final KnownNodes known;
  private final InstantSource clock;

  public TrackRecords(
      OwnerId self, ReceiptBook receipts, PartnerBook book, KnownNodes known, InstantSource clock) {
    this.self = self;
    this.receipts = receipts;
    this.book = book;
    this.known = known;
    this.clock = clock;
  }

  /** The track record of a node. Who signed and is nobody knows where does not count. */
  public TrackRecord of(OwnerId subject) {
    Instant now = clock.instant();
    List<Testimony> all = new ArrayList<>();
    for (Receipt receipt : receipts.receipts(subject)) {
      if (receipt.isKept()) {
        add(all, receipt.owner(), true, Duration.between(receipt.to(), now));
      }
    }
    for (Claim claim : receipts.confirmed(subject)) {
      add(all, claim.owner(), false, Duration.between(claim.time(), now));
    }
    return Testimonies.of(subject, networks(subject), all);
  }

  /** What this node has seen itself is no testimony of others. */
  private void add(List<Testimony> all, OwnerId reporter, boolean kept, Duration age) {
    Set<NetworkPrefix> networks = networks(reporter);
    if (!reporter.equals(self) && !networks.isEmpty()) {
      all.add(new Testimony(reporter, networks, kept, Math.max(0, age.toMillis())));
    }
  }

  private Set<NetworkPrefix> networks(OwnerId owner) {
    Optional<List<NodeAddress>> addresses =
        book.find(owner)
            .map(Partner::addresses)
            .or(() -> known.find(owner).map(NodeRecord::addresses));
    return NetworkPrefix.of(addresses.orElse(List.of()).stream().map(NodeAddress::host).toList());
  }
}
