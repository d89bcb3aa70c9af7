package kith.peer;

import java.util.List;
import java.util.Optional;
import kith.codec.ShardName;
import kith.peer.conduct.AuditOutcome;

/**
 * How one audit ended.
 *
 * @param outcome empty where there was nothing to find out
 * @param shards that the holder lacks
 * @param text for a person
 * @param closes whether the round is over: else it stays due
 */
public record AuditEnd(
    Optional<AuditOutcome> outcome, List<ShardName> shards, String text, boolean closes) {
  /** Nothing was to be found out. */
  static AuditEnd nothing(String text) {
    return new AuditEnd(Optional.empty(), List.of(), text, true);
  }

  /** No answer, or none that says anything. */
  static AuditEnd away(String text) {
    return new AuditEnd(Optional.of(AuditOutcome.OFFLINE), List.of(), text, false);
  }

  /** Something failed on this side. */
  static AuditEnd ours(String text, boolean closes) {
    return new AuditEnd(Optional.of(AuditOutcome.OURS), List.of(), text, closes);
  }

  /** The round is over. */
  static AuditEnd of(AuditOutcome outcome, List<ShardName> shards, String text) {
    return new AuditEnd(Optional.of(outcome), List.copyOf(shards), text, true);
  }
}
