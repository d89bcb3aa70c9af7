package kith.fs;

import java.util.concurrent.CompletableFuture;
import kith.codec.ChunkId;
import kith.codec.ChunkKey;

/**
 * A chunk on its way into a pack. Worked on by one thread, then, once ready, read under the lock of
 * its {@link PackLane}.
 */
final class PackJob {
  /** What has become of the chunk. */
  sealed interface Outcome {}

  /** Known already: this is, or will be, its place. */
  record Known(CompletableFuture<ChunkRef> place) implements Outcome {}

  /** To be appended; {@code place} is completed then. */
  record Fresh(ChunkKey key, ChunkId id, byte[] record, CompletableFuture<ChunkRef> place)
      implements Outcome {}

  /** Could not be worked on. */
  record Failed(Throwable cause) implements Outcome {}

  final int rawLength;

  /** Completed when the chunk has a place, outside all locks. */
  final CompletableFuture<ChunkRef> ref = new CompletableFuture<>();

  /** Null until ready; guarded by the lane's lock. */
  Outcome outcome;

  PackJob(int rawLength) {
    this.rawLength = rawLength;
  }
}
