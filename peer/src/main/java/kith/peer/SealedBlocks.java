package kith.peer;

import java.io.IOException;
import java.util.Optional;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.codec.ShardSealer;

/**
 * What an owner knows of his shards without asking their holders. Safe for any number of threads.
 */
public interface SealedBlocks {
  /**
   * All sealed blocks of a shard as its holder got them, made from the pack here; empty if the pack
   * is not here or not whole.
   */
  Optional<byte[]> sealed(ShardName shard, OwnerId holder) throws IOException;

  /** Opens the blocks that a holder sends. */
  ShardSealer sealer(ShardName shard, OwnerId holder);

  /**
   * Whether the holder is to have the shard, as far as is known here: not one that he has been
   * found to lack and gets again, nor one that moved elsewhere.
   */
  boolean isPlaced(ShardName shard, OwnerId holder) throws IOException;
}
