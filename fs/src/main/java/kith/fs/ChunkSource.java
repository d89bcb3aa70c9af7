package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;

/** Where chunks are read from: the node's packs, its partners, a cache. Safe for many threads. */
public interface ChunkSource {
  /**
   * The content of a chunk, verified against its key. The array may be shared: don't change it.
   *
   * @throws IOException if a local file cannot be read
   * @throws KithException if no source has the right bytes now
   */
  byte[] chunk(ChunkRef ref) throws IOException, KithException;

  /**
   * As {@link #chunk}, or empty if partners must be asked.
   *
   * @param again whether it is likely to be asked for again soon
   */
  default Optional<byte[]> local(ChunkRef ref, boolean again) {
    return Optional.empty();
  }

  /** Whether these bytes are a chunk of a file, by its key alone. */
  default boolean isContent(ChunkRef ref, byte[] bytes) {
    return false;
  }
}
