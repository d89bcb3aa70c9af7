package kith.fs;

import java.time.Instant;
import java.util.Optional;
import kith.codec.OwnerId;

/** What audits have shown of holders. */
@FunctionalInterface
public interface AuditCover {
  /** Nobody was audited. */
  AuditCover NONE = holder -> Optional.empty();

  /**
   * A holder has passed an audit that was drawn from all that it had acknowledged by this time;
   * empty if it never did, or was found to lack something since.
   */
  Optional<Instant> covered(OwnerId holder);

  /** The same for one shard: empty if it was acknowledged later. */
  default Optional<Instant> covered(ShardRow shard) {
    return shard.state() == ShardState.PLACED
        ? covered(shard.holder()).filter(time -> shard.since() <= time.toEpochMilli())
        : Optional.empty();
  }
}
