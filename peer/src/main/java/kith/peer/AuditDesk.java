package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.HoldingStore;
import kith.index.LedgerPosition;
import kith.index.Rows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the audits of partners: signs rounds, and proves that the blocks are here which they turn
 * out to be about. Keeps no rounds: the signature on one that comes back says that it was opened
 * here. Safe for any number of threads.
 */
public final class AuditDesk {
  private static final Logger LOG = LoggerFactory.getLogger(AuditDesk.class);

  private static final int MOST_OWNERS = 4096;

  private final LocalNode self;
  private final HoldingStore store;
  private final Rows rows;
  private final HolderHealth health;
  private final DamagedShards damaged;
  private final RandomGenerator random;

  /** Guarded by itself. */
  private final OwnerRows<AuditAllowance> used;

  /**
   * @param random unknown to all others
   */
  public AuditDesk(
      LocalNode self,
      HoldingStore store,
      Rows rows,
      HolderHealth health,
      DamagedShards damaged,
      RandomGenerator random)
      throws IOException {
    this.self = self;
    this.store = store;
    this.rows = rows;
    this.health = health;
    this.damaged = damaged;
    this.random = random;
    this.used =
        new OwnerRows<>(
            rows,
            "audits-here",
            new OwnerRows.Form<>(
                AuditAllowance::toRow,
                AuditAllowance::ofRow,
                Comparator.comparing(AuditAllowance::since)),
            MOST_OWNERS);
  }

  HolderHealth health() {
    return health;
  }

  Reply answer(Request request, Partner partner) throws IOException, KithException {
    return request instanceof Request.AuditOpen open
        ? open(open.asked(), partner)
        : reveal((Request.AuditReveal) request, partner);
  }

  private Reply open(AuditRound.Asked asked, Partner partner) throws IOException, KithException {
    requireSigned(asked.ledger(), partner);
    Instant now = self.now();
    synchronized (used) {
      AuditAllowance today = today(partner, now);
      if (today.opened() >= partner.agreement().terms().auditsPerDay()) {
        return busy("the audits agreed for a day are used up", today.rest(now));
      }
      used.put(partner.id(), today.plusRound());
    }
    rows.sync(); // a crash gives no rounds back
    var round =
        new AuditRound(
            partner.id(), self.identity().owner(), asked, AuditNonce.random(random), now);
    List<ShardName> lost = damaged.of(partner.id(), Protocol.MAX_LOST);
    return new Reply.AuditOpened(round.signedBy(self.identity()), lost);
  }

  private AuditAllowance today(Partner partner, Instant now) {
    return used.find(partner.id()).orElse(AuditAllowance.NONE_USED).at(now);
  }

  private static Reply busy(String why, Duration rest) {
    return new Reply.Failure(FailureKind.BUSY, why, rest);
  }

  /** Whether both have signed a ledger that begins like this. */
  private void requireSigned(LedgerPosition ledger, Partner partner)
      throws IOException, KithException {
    OwnerId owner = partner.id();
    LedgerPosition end = store.ledgerPosition(owner);
    if (ledger.generation() != end.generation() || ledger.count() > end.count()) {
      throw new CorruptDataException(
          "the ledger here is of generation "
              + end.generation()
              + " with "
              + end.count()
              + " entries: the one of the audit is lost, or never was");
    }
    if (!store.ledgerPosition(owner, ledger.count()).digest().equals(ledger.digest())) {
      throw new CorruptDataException("the ledger of the audit is not the one here");
    }
    if (partner.checkpointHere().isEmpty()
        || Checkpoint.of(partner.checkpointHere().get()).count() < ledger.count()) {
      throw new CorruptDataException("no checkpoint was signed here that far");
    }
  }

  private Reply reveal(Request.AuditReveal reveal, Partner partner)
      throws IOException, KithException {
    AuditRound round = AuditRound.of(reveal.round());
    if (!round.owner().equals(partner.id())
        || !round.holder().equals(self.identity().owner())
        || !round.commitsTo(reveal.part())) {
      throw new NotPermittedException("this audit was not opened so");
    }
    if (reveal.method() != round.asked().method() && reveal.method() != AuditMethod.BLOCK) {
      throw new NotPermittedException("the audit was opened for another proof");
    }
    requireSigned(round.asked().ledger(), partner);
    Reply refusal = admit(reveal, round, partner);
    return refusal != null ? refusal : prove(reveal, round);
  }

  /** Counts a proof; the refusal if there were too many today, else null. */
  private Reply admit(Request.AuditReveal reveal, AuditRound round, Partner partner)
      throws IOException {
    Instant now = self.now();
    int rounds = partner.agreement().terms().auditsPerDay();
    long most = (long) rounds * AuditAllowance.BLOCKS * AuditMethod.BLOCK.proof();
    long given =
        reveal.method() == AuditMethod.BLOCK
            ? (long) round.asked().blocks() * AuditMethod.BLOCK.proof()
            : 0;
    synchronized (used) {
      AuditAllowance today = today(partner, now);
      if (today.revealed() >= rounds * AuditAllowance.REVEALS || today.bytes() + given > most) {
        return busy("too much was proved today", today.rest(now));
      }
      used.put(partner.id(), today.plusReveal(given));
      return null;
    }
  }

  private Reply prove(Request.AuditReveal reveal, AuditRound round)
      throws IOException, KithException {
    OwnerId owner = round.owner();
    var blocks =
        new LedgerBlocks(
            (from, limit) -> store.ledgerEntries(owner, from, limit),
            round.asked().ledger().count());
    if (blocks.count() == 0) {
      throw new NotPermittedException("there is nothing in that ledger to be audited");
    }
    var places = blocks.places(round.drawn(reveal.part(), blocks.count()));
    List<ShardName> lost = lost(owner, places);
    if (!lost.isEmpty()) {
      return new Reply.AuditProof(lost, MessageCodec.NOTHING);
    }
    ByteBuffer proofs = ByteBuffer.allocate(places.size() * reveal.method().proof());
    for (LedgerBlocks.Place place : places) {
      byte[] block = store.read(owner, place.shard(), place.block(), 1);
      proofs.put(BlockProofs.prove(reveal.method(), reveal.challenge(), block));
    }
    return new Reply.AuditProof(List.of(), proofs.flip());
  }

  /**
   * Which shards of those drawn are not here as they were put. Each is read as a whole: a holder
   * would rather admit a loss than be found wrong.
   */
  private List<ShardName> lost(OwnerId owner, List<LedgerBlocks.Place> places) throws IOException {
    var lost = new ArrayList<ShardName>();
    for (ShardName shard : places.stream().map(LedgerBlocks.Place::shard).distinct().toList()) {
      if (!store.isWhole(owner, shard)) {
        damaged(owner, shard);
        lost.add(shard);
      }
    }
    return lost;
  }

  /** Remembers a shard that was found damaged, unless it is the disk that fails. */
  void damaged(OwnerId owner, ShardName shard) throws IOException {
    health.tick();
    if (health.isSick()) {
      throw new IOException("the disk fails");
    }
    if (store.find(owner, shard).isPresent() && damaged.add(owner, shard, self.now())) {
      LOG.warn("shard-damaged: shard {} of {} is damaged on this disk", shard, owner.brief());
    }
  }

  boolean knowsDamaged(OwnerId owner, ShardName shard) {
    return damaged.contains(owner, shard);
  }

  /** The owner has put a shard. */
  void put(OwnerId owner, ShardName shard) throws IOException {
    damaged.remove(owner, shard);
  }
}
