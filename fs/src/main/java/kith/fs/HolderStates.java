package kith.fs;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import kith.codec.OwnerId;

/**
 * Those among the holders of whom not everything can be had back as it stands. Immutable.
 *
 * @param locked who is in his commitment period, in which he serves no restore, and when it ends
 * @param gone who counts as gone: what he has counts as lost until it is elsewhere
 */
public record HolderStates(Map<OwnerId, Instant> locked, Set<OwnerId> gone) {
  /** All keep their word and serve restores. */
  public static final HolderStates GOOD = new HolderStates(Map.of(), Set.of());

  public HolderStates {
    locked = Map.copyOf(locked);
    gone = Set.copyOf(gone);
  }

  /** Whether a shard is where it could be had from some day. */
  boolean has(ShardRow shard) {
    return shard.state() == ShardState.PLACED && !gone.contains(shard.holder());
  }

  boolean isEmpty() {
    return locked.isEmpty() && gone.isEmpty();
  }
}
