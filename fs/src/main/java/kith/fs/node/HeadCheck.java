package kith.fs.node;

import java.util.Optional;
import kith.codec.KithException;
import kith.fs.DriveEngine;
import kith.peer.HeadRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a node puts anything after its start, it looks whether partners have a newer head than it
 * has made: then its home is an old copy, and what it put would be a past that goes on beside the
 * present. Safe for many threads.
 */
final class HeadCheck {
  private static final Logger LOG = LoggerFactory.getLogger(HeadCheck.class);

  private final DriveEngine engine;
  private final NodePartners partners;
  private final long epoch;
  private boolean passed;
  private String refused = "";

  /**
   * @param epoch of this node
   */
  HeadCheck(DriveEngine engine, NodePartners partners, long epoch) {
    this.engine = engine;
    this.partners = partners;
    this.epoch = epoch;
  }

  /** Whether this node may put. Asks the partners until one has answered. */
  synchronized boolean passed() {
    if (passed || !refused.isEmpty()) {
      return passed;
    }
    if (partners.candidates().isEmpty() || partners.greet() == 0) {
      return false;
    }
    Optional<HeadRecord> newest = partners.newestHead();
    if (newest.isPresent() && isNewer(newest.get())) {
      refused =
          "partners have a newer head (epoch "
              + newest.get().epoch()
              + ", generation "
              + newest.get().generation()
              + ") than this home (epoch "
              + epoch
              + ", generation "
              + engine.headGeneration()
              + "): this is an old copy of the home. Nothing is sent from"
              + " here. Go on with the newer one, or use 'kith recover'";
      LOG.error("{}", refused);
      return false;
    }
    passed = true;
    return true;
  }

  private boolean isNewer(HeadRecord head) {
    return head.epoch() > epoch
        || (head.epoch() == epoch && head.generation() > engine.headGeneration());
  }

  /**
   * @throws NodeException if this node must not put
   */
  void require() throws NodeException, KithException {
    if (!passed() && !refusal().isEmpty()) {
      throw new NodeException(ExitCode.NOT_PERMITTED, refusal());
    }
  }

  /** Why this node must not put; empty if it may. */
  synchronized String refusal() {
    return refused;
  }
}
