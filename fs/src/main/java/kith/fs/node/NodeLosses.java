package kith.fs.node;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.fs.DriveEngine;
import kith.fs.HolderUsage;
import kith.index.Rows;
import kith.peer.ConductBook;
import kith.peer.LedgerMirrors;
import kith.peer.PartnerBook;
import kith.peer.conduct.AuditOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what partners admit to have lost with their machines: the copy of the ledger there and
 * all due audits are over, and every shard is put again, there or elsewhere. Once a year that is a
 * disaster, which is forgiven. For one thread.
 */
final class NodeLosses {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLosses.class);
  private static final int AT_ONCE = 1000;

  private final Parts parts;

  /** What it works with. */
  record Parts(
      Rows rows,
      PartnerBook book,
      NodePartners partners,
      LedgerMirrors mirrors,
      NodeAudits audits,
      ConductBook conduct,
      DriveEngine engine) {}

  NodeLosses(Parts parts) {
    this.parts = parts;
  }

  /** Returns how many shards are to be put again. */
  int tick() throws IOException {
    int done = 0;
    for (Map.Entry<OwnerId, Long> loss : parts.book.losses().open()) {
      done += take(loss.getKey(), loss.getValue());
    }
    return done;
  }

  private int take(OwnerId holder, long epoch) throws IOException {
    List<ShardName> lost = HolderUsage.placed(parts.rows, holder, AT_ONCE);
    lost.forEach(shard -> parts.engine.wrongShards().found(shard, holder));
    if (!lost.isEmpty()) {
      return lost.size();
    }
    boolean borne = parts.book.losses().isBorne(holder, parts.conduct.now());
    parts.mirrors.forget(holder);
    parts.book.ledgerLost(holder);
    parts.audits.anew(holder);
    parts.partners.lost(holder);
    if (borne) {
      parts.conduct.disaster(holder);
    } else {
      parts.conduct.audited(holder, AuditOutcome.WRONG);
    }
    parts.book.losses().taken(holder, borne, parts.conduct.now());
    LOG.warn(
        "partner-lost-machine: {} (epoch {}) has lost all that it kept of this drive: it is put"
            + " again{}",
        holder.brief(),
        epoch,
        borne ? "" : ", and counts as a broken word, for it is not the first within a year");
    return 1;
  }
}
