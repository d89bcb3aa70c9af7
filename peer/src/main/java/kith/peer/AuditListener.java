package kith.peer;

import java.util.List;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.peer.conduct.AuditOutcome;

/** Hears how audits end. */
@FunctionalInterface
public interface AuditListener {
  /**
   * An audit has ended, or was tried in vain. Returns soon.
   *
   * @param shards which the holder lacks, when the outcome is wrong or lost; may be empty then, too
   */
  void audited(OwnerId holder, AuditOutcome outcome, List<ShardName> shards);
}
