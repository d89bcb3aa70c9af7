package kith.fs;

import kith.codec.OwnerId;
import kith.codec.ShardName;

/** Hears of shards that their holders no longer have as they acknowledged them. */
@FunctionalInterface
public interface WrongShards {
  /** The holder gave other bytes, or says that he has none. Returns at once. */
  void found(ShardName shard, OwnerId holder);
}
