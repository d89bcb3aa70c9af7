package kith.fs.node;

import java.io.Closeable;
import java.io.IOException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.PartnerUnavailableException;
import kith.fs.HolderUsage;
import kith.fs.Recovery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the drive of a lost machine back, as a restore that is declared at its partners. For one
 * thread, but for what is asked.
 */
final class NodeRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRecovery.class);

  private final NodeSuccession.Parts parts;
  private final Recovery recovery;
  private final RecoveredPartners recovered;
  private boolean counted;
  private Closeable declared;

  NodeRecovery(NodeSuccession.Parts parts, RecoveredPartners recovered) {
    this.parts = parts;
    this.recovery = parts.engine().recovery();
    this.recovered = recovered;
    this.counted = recovery.isTreeHere();
  }

  /** Asks and tells partners; returns how many answered. */
  int ask() throws IOException {
    return recovered.tick(parts.client());
  }

  /** Brings some of the drive back, all of which may be read for it; returns how much it did. */
  int tick() throws IOException, KithException {
    if (recovery.isUnderWay() && declared == null) {
      declared = parts.partners().restore(parts.random());
    }
    int done = some();
    if (!counted && recovery.isTreeHere()) {
      counted = true;
      parts.partners().recount(HolderUsage.of(parts.rows()));
      LOG.info("recovered: the live tree is here, and can be changed");
    }
    if (!recovery.isUnderWay() && declared != null) {
      declared.close();
      declared = null;
    }
    return done;
  }

  private int some() throws IOException, KithException {
    try {
      return recovery.tick();
    } catch (PartnerUnavailableException | NotEnoughShardsException e) {
      LOG.info("the recovery waits for partners: {}", e.getMessage());
      return 0;
    }
  }

  /** Whether what was agreed is not known of all partners yet. */
  boolean areSilent() {
    return recovered.areSilent();
  }

  /** Whether the drive can be changed. */
  boolean isTreeHere() {
    return recovery.isTreeHere();
  }
}
