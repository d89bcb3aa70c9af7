package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.ChunkId;
import kith.codec.KithException;
import kith.codec.PackId;

/** Knows which partners hold a pack: the rows of a living node, or the INDEX runs of a restore. */
public interface PlacementSource {
  /** Where a chunk lies by what is known now, whatever references to it say; empty if unknown. */
  default Optional<ChunkPlace> chunk(ChunkId id) throws IOException, KithException {
    return Optional.empty();
  }

  /**
   * Where partners themselves say that a pack lies, when it was not found where its placement says;
   * empty if nobody is asked, or too few have any of it.
   */
  default Optional<PackPlacement> searched(PackId pack) throws IOException, KithException {
    return Optional.empty();
  }

  /**
   * The placement, or empty if the pack is not known or not placed. Of a pack that was sealed anew
   * after a rekey it is that of the other pack, which has the same chunks at the same places.
   */
  Optional<PackPlacement> placement(PackId pack) throws IOException, KithException;
}
