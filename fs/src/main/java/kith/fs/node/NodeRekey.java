package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.OwnerLineage;
import kith.fs.DriveEngine;
import kith.fs.Head;
import kith.fs.HeadCodec;
import kith.fs.ResealProgress;
import kith.peer.HeadRecord;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells partners that the owner has another key: a partner believes it from the moment when it has
 * a head that the new kit opens, so that no moment is between the kits. The first such head has the
 * content of the last one, so that it waits for nothing; whoever was away gets the newest when he
 * is there. Safe for many threads.
 */
final class NodeRekey {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRekey.class);

  /** Partners who do not know yet are told so often. */
  static final Duration EACH = Duration.ofMinutes(1);

  private final Parts parts;
  private Instant next = Instant.MIN;

  /**
   * What it works with.
   *
   * @param secrets of this node
   * @param mayPut whether this node may put heads
   */
  record Parts(
      NodeSecrets secrets,
      PartnerBook book,
      NodePartners partners,
      PeerClient client,
      DriveEngine engine,
      NodeTakeover takeover,
      BooleanSupplier mayPut,
      InstantSource clock) {}

  NodeRekey(Parts parts) {
    this.parts = parts;
  }

  private OwnerLineage lineage() {
    return parts.secrets.identity().credential().lineage();
  }

  /** Tells those who do not know yet and are there, from time to time; returns how many it told. */
  synchronized int tick() throws IOException {
    Instant now = parts.clock.instant();
    boolean early = now.isBefore(next) && next.isBefore(now.plus(EACH.multipliedBy(2)));
    if (lineage().generation() == 0 || early) {
      return 0;
    }
    next = now.plus(EACH);
    Set<OwnerId> lacking = lacking();
    lacking.retainAll(parts.partners.reachable());
    if (lacking.isEmpty() || !parts.mayPut.getAsBoolean()) {
      return 0;
    }
    parts.takeover.ask(lacking); // they may know by a publication
    lacking.retainAll(lacking());
    return lacking.isEmpty() ? 0 : tell(lacking);
  }

  private int tell(Set<OwnerId> lacking) throws IOException {
    Optional<HeadRecord> newest = newest();
    if (newest.isEmpty()) {
      return 0;
    }
    int there = newest.get().signer().lineage().generation();
    if (there < lineage().generation()) {
      again(newest.get(), there);
    } else {
      lacking.forEach(partner -> give(partner, newest.get()));
    }
    parts.takeover.ask(lacking);
    int before = lacking.size();
    lacking.retainAll(lacking());
    return before - lacking.size();
  }

  /** The newest head of this node that partners have, whatever others have put in its name. */
  private Optional<HeadRecord> newest() {
    long epoch = parts.secrets.identity().credential().epoch();
    List<HeadRecord> found = new ArrayList<>();
    for (OwnerId partner : parts.partners.reachable()) {
      try {
        found.addAll(parts.client.heads(partner));
      } catch (KithException e) {
        LOG.debug("{} does not tell what heads it has: {}", partner.brief(), e.getMessage());
      }
    }
    return found.stream().filter(head -> head.epoch() == epoch).max(HeadRecord.AGE);
  }

  /** Seals what the head has by the keys of now, and puts it. */
  private void again(HeadRecord last, int generation) throws IOException {
    DriveKeys keys = parts.secrets.keys().generation(generation);
    if (keys.isSpent()) {
      LOG.info("the last head is by keys that are not kept, the next one tells of the rekey");
      return;
    }
    try {
      Head head = HeadCodec.open(keys, parts.book.self(), last.sealed());
      var unused = parts.engine.publishAgain(head);
    } catch (CorruptDataException e) {
      LOG.warn("the last head does not open, the next one tells of the rekey", e);
    } catch (KithException e) {
      LOG.info("no partner took the head that tells of the rekey: {}", e.getMessage());
    }
  }

  private void give(OwnerId partner, HeadRecord head) {
    try {
      var unused = parts.client.putHead(partner, head);
    } catch (KithException e) {
      LOG.info("{} has not heard of the rekey: {}", partner.brief(), e.getMessage());
    }
  }

  private Set<OwnerId> lacking() {
    Set<OwnerId> all =
        parts.book.staying().stream()
            .map(Partner::id)
            .collect(Collectors.toCollection(HashSet::new));
    all.removeIf(id -> parts.takeover.knows(id, lineage().generation()));
    return all;
  }

  /** How many partners know by now; empty if there was no rekey. */
  Optional<RekeyInfo> info() throws IOException {
    int rekeys = lineage().generation();
    int all = parts.book.staying().size();
    if (rekeys == 0) {
      return Optional.empty();
    }
    ResealProgress data = parts.engine.moving().resealed().orElse(null);
    int told = all - lacking().size();
    return Optional.of(new RekeyInfo(rekeys, lineage().replaced(rekeys - 1), all, told, data));
  }
}
