package kith.fs;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import kith.peer.ReadPurpose;

/**
 * The way to the partners' shards. Calls return at once; their futures fail with a KithException
 * that says what to do: PartnerUnavailable (elsewhere, or later), SpaceExhausted and NotPermitted
 * (elsewhere), NotYet (elsewhere, or after that time), CorruptData (what came is not what was asked
 * for). Safe for many threads.
 */
public interface ShardTransport {
  /**
   * Gives a shard to the holder that it is sealed for. Giving it again is no error.
   *
   * @param deadline after which the future fails, if not before
   * @return the holder's signed acknowledgement, checked against the shard's Merkle root
   */
  CompletableFuture<byte[]> put(SealedShard shard, Duration deadline);

  /**
   * Asks a holder for sealed blocks.
   *
   * @param deadline after which the future fails
   * @return the blocks one after the other, not opened yet
   */
  CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline);

  /** For how long, at least, so many bytes take to send where a limit holds them back. */
  default Duration atLeast(long bytes) {
    return Duration.ZERO;
  }

  /**
   * How long until a holder lets anything be read for that; zero if he does now, so far as is known
   * without asking.
   */
  default Duration untilReadable(OwnerId holder, ReadPurpose purpose) {
    return Duration.ZERO;
  }

  /** Holders in their commitment period, in which they serve no restore, and when it ends. */
  default Map<OwnerId, Instant> locked() {
    return Map.of();
  }

  /** Holders who count as gone: what they have counts as lost. */
  default Set<OwnerId> gone() {
    return Set.of();
  }

  /** How those who have shards stand. */
  default HolderStates holders() {
    return new HolderStates(locked(), gone());
  }

  /**
   * Consecutive blocks of a shard.
   *
   * @param first index of the first
   * @param count at least 1
   */
  record Blocks(ShardName shard, int first, int count, ReadPurpose purpose) {
    /** As a courtesy. */
    public Blocks(ShardName shard, int first, int count) {
      this(shard, first, count, ReadPurpose.COURTESY);
    }
  }
}
