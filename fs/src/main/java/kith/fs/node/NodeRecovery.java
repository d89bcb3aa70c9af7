package kith.fs.node;

import java.io.IOException;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.fs.DriveEngine;
import kith.fs.HolderUsage;
import kith.index.Rows;
import kith.peer.PeerClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the drive of a lost machine back, as a restore that is declared at its partners. For one
 * thread, but for what is asked.
 */
final class NodeRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRecovery.class);

  private final Rows rows;
  private final DriveEngine engine;
  private final NodePartners partners;
  private final RecoveredPartners asking;
  private final PeerClient client;
  private boolean counted;

  NodeRecovery(
      Rows rows,
      DriveEngine engine,
      NodePartners partners,
      RecoveredPartners asking,
      PeerClient client) {
    this.client = client;
    this.rows = rows;
    this.engine = engine;
    this.partners = partners;
    this.asking = asking;
    this.counted = engine.recovery().isTreeHere();
  }

  /** Asks and tells partners; returns how many answered. */
  int ask() throws IOException {
    return asking.tick(client);
  }

  /** Brings some of the drive back; returns how much it did. */
  int tick() throws IOException, KithException {
    try {
      int done = engine.recovery().tick();
      if (!counted && engine.recovery().isTreeHere()) {
        counted = true;
        partners.recount(HolderUsage.of(rows));
        LOG.info("recovered: the live tree is here, and can be changed");
      }
      return done;
    } catch (PartnerUnavailableException | kith.codec.NotEnoughShardsException e) {
      LOG.info("recovery waits for partners: {}", e.getMessage());
      return 0;
    }
  }

  /** Whether what was agreed is not known of all partners yet. */
  boolean areSilent() {
    return asking.areSilent();
  }

  /** Whether the drive can be changed. */
  boolean isTreeHere() {
    return engine.recovery().isTreeHere();
  }
}
