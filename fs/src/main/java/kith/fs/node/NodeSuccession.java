package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import kith.codec.CorruptDataException;
import kith.fs.DriveEngine;
import kith.index.Rows;
import kith.peer.ConductBook;
import kith.peer.Credential;
import kith.peer.LedgerMirrors;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;

/** All that a node does because machines follow each other, its own and those of its partners. */
final class NodeSuccession {
  private final NodeTakeover takeover;
  private final HeadCheck check;
  private final NodeRecovery recovery;
  private final NodeLosses losses;
  private final NodeRekey rekey;

  /**
   * What it works with.
   *
   * @param secrets of this machine
   */
  record Parts(
      Rows rows,
      PartnerBook book,
      NodePartners partners,
      PeerClient client,
      LedgerMirrors mirrors,
      NodeAudits audits,
      ConductBook conduct,
      DriveEngine engine,
      NodeSecrets secrets,
      InstantSource clock,
      SecureRandom random) {}

  NodeSuccession(Parts parts, RecoveredPartners recovered)
      throws IOException, CorruptDataException {
    Credential self = parts.secrets.identity().credential();
    takeover =
        new NodeTakeover(
            new NodeTakeover.Parts(
                parts.rows,
                parts.book,
                parts.partners,
                parts.client,
                self,
                parts.engine::headQuorum,
                parts.clock));
    check =
        new HeadCheck(
            new HeadCheck.Made(parts.engine, self.epoch()),
            parts.partners,
            parts.engine::headQuorum,
            parts.clock,
            takeover::refusal);
    rekey = rekey(parts, takeover, check);
    recovery = new NodeRecovery(parts, recovered);
    losses =
        new NodeLosses(
            new NodeLosses.Parts(
                parts.rows,
                parts.book,
                parts.partners,
                parts.mirrors,
                parts.audits,
                parts.conduct,
                parts.engine));
  }

  private static NodeRekey rekey(Parts parts, NodeTakeover takeover, HeadCheck check) {
    return new NodeRekey(
        new NodeRekey.Parts(
            parts.secrets,
            parts.book,
            parts.partners,
            parts.client,
            parts.engine,
            takeover,
            check::passed,
            parts.clock));
  }

  /** Which machines speak for this owner. */
  NodeTakeover takeover() {
    return takeover;
  }

  /** Whether this node may put. */
  HeadCheck check() {
    return check;
  }

  /** What brings the drive of a lost machine back. */
  NodeRecovery recovery() {
    return recovery;
  }

  /** Who knows that the owner has another key. */
  NodeRekey rekey() {
    return rekey;
  }

  /** What partners have lost with their machines. */
  NodeLosses losses() {
    return losses;
  }
}
