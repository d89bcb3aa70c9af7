package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.PackId;

/** Knows which partners hold a pack: the rows of a living node, or the INDEX runs of a restore. */
public interface PlacementSource {
  /** The placement, or empty if the pack is not known or not placed. */
  Optional<PackPlacement> placement(PackId pack) throws IOException, KithException;
}
