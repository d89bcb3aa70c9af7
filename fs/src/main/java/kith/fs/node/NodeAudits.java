package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.fs.AuditCover;
import kith.fs.DriveEngine;
import kith.fs.LocalSealedBlocks;
import kith.fs.WrongShards;
import kith.index.Rows;
import kith.peer.AuditBook;
import kith.peer.AuditEnd;
import kith.peer.AuditMethod;
import kith.peer.Auditor;
import kith.peer.ConductBook;
import kith.peer.LedgerKeeper;
import kith.peer.LedgerMirrors;
import kith.peer.LocalNode;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.PowerBook;
import kith.peer.conduct.AuditOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audits of partners, as commands and status show them. Safe for many threads. */
final class NodeAudits implements AuditCover {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAudits.class);
  private static final Duration LATELY = Duration.ofDays(1);

  private final AuditBook book;
  private final NodeKeeping keeping;
  private final Map<OwnerId, Instant> asked = new ConcurrentHashMap<>();
  private Means means;
  private Optional<PowerBook> powers = Optional.empty();
  private Auditor auditor;

  /**
   * @param keeping of what partners have here
   */
  NodeAudits(Rows rows, NodeKeeping keeping) throws IOException {
    this.book = new AuditBook(rows);
    this.keeping = keeping;
  }

  /**
   * What audits need of the node.
   *
   * @param hearers hear how audits end
   * @param base of the drive
   */
  record Means(
      LocalNode self,
      PartnerBook partners,
      PeerClient client,
      LedgerMirrors mirrors,
      Hearers hearers,
      DriveEngine.Foundation base) {}

  /**
   * Who hears how audits end.
   *
   * @param wrong of what holders lack
   * @param conduct of how they end
   */
  record Hearers(WrongShards wrong, ConductBook conduct) {}

  /** Audits from now on; before anything else is asked. */
  void by(Means with, AuditConfig config) throws IOException {
    means = with;
    var blocks = new LocalSealedBlocks(means.base);
    if (config.method() == AuditMethod.POWER) {
      var random = means.base.random();
      powers = Optional.of(new PowerBook(means.base.rows(), means.mirrors, blocks, random));
    }
    auditor =
        new Auditor(
            new Auditor.Parts(
                means.self,
                means.partners,
                means.client,
                means.mirrors,
                new LedgerKeeper(means.client, means.self, means.mirrors, means.partners),
                book,
                blocks,
                powers,
                config.method(),
                config.settings(),
                means.base.random(),
                System::nanoTime),
            this::heard);
  }

  private void heard(OwnerId holder, AuditOutcome outcome, List<ShardName> shards) {
    if (outcome != AuditOutcome.OURS) {
      asked.put(holder, means.base.clock().instant());
    }
    shards.forEach(shard -> means.hearers.wrong.found(shard, holder));
    try {
      means.hearers.conduct.audited(holder, outcome);
    } catch (IOException e) {
      LOG.warn("what came of an audit of {} is not kept", holder.brief(), e);
    }
  }

  /**
   * Whether a holder was audited lately, or was tried to be: only then it can be blamed for proving
   * nothing.
   */
  boolean isAsked(OwnerId holder) {
    Instant last = asked.get(holder);
    return last != null
        && Duration.between(last, means.base.clock().instant()).abs().compareTo(LATELY) < 0;
  }

  /** What partners have here. */
  NodeKeeping keeping() {
    return keeping;
  }

  /** All that a holder kept is lost: what is due of it is over. */
  void anew(OwnerId partner) throws IOException {
    asked.remove(partner);
    book.forget(partner);
    if (powers.isPresent()) {
      powers.get().forget(partner);
    }
  }

  /** The partnership is over. */
  void forget(OwnerId partner) throws IOException {
    asked.remove(partner);
    book.forget(partner);
    means.hearers.conduct.forget(partner);
    if (powers.isPresent()) {
      powers.get().forget(partner);
    }
  }

  /** Audits whom it is time for; returns 0, for the next time comes by itself. */
  int tick() throws IOException, KithException {
    if (powers.isPresent()) {
      for (Partner partner : means.partners.all()) {
        powers.get().tick(partner.id());
      }
    }
    auditor.tick();
    return 0;
  }

  @Override
  public Optional<Instant> covered(OwnerId holder) {
    boolean gone = means.hearers.conduct.standing(holder).isReneged();
    return gone ? Optional.empty() : book.summary(holder).covered();
  }

  AuditInfo info(OwnerId partner) {
    return AuditInfo.of(book.summary(partner));
  }

  /** Audits these partners now. */
  List<AuditResult> audit(List<Partner> partners) throws KithException {
    List<AuditResult> results = new ArrayList<>();
    for (Partner partner : partners) {
      AuditEnd end = auditor.audit(partner.id());
      results.add(
          new AuditResult(
              partner.id().toString(),
              partner.name(),
              end.outcome().map(AuditInfo::word).orElse(null),
              end.text(),
              end.shards().size()));
    }
    return results;
  }

  /**
   * What audits have shown in all.
   *
   * @param holders those who have anything of ours
   */
  Proof proof(List<Partner> holders) {
    if (holders.isEmpty()) {
      return Proof.NONE;
    }
    List<String> never = new ArrayList<>();
    Instant oldest = Instant.MAX;
    long sampled = 0;
    double bound = 0;
    for (Partner holder : holders) {
      AuditBook.Summary summary = book.summary(holder.id());
      if (covered(holder.id()).isEmpty() || summary.proved().isEmpty()) {
        never.add(holder.name().isEmpty() ? holder.id().brief() : holder.name());
      } else {
        Instant proved = summary.proved().get();
        oldest = proved.isBefore(oldest) ? proved : oldest;
        sampled += summary.sampled();
        bound = Math.max(bound, summary.bound());
      }
    }
    if (never.size() == holders.size()) {
      return Proof.NONE;
    }
    String text =
        (never.isEmpty() ? "" : "not by " + String.join(", ", never) + "; by the others ")
            + "proved "
            + oldest.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
            + ": "
            + sampled
            + " blocks drawn and found at "
            + (holders.size() - never.size())
            + " partners; with 95% probability less than "
            + String.format(Locale.ROOT, "%.1f%%", Math.ceil(bound * 1000) / 10)
            + " is lost at any of them";
    return new Proof(never.isEmpty(), text, oldest, sampled, bound);
  }
}
