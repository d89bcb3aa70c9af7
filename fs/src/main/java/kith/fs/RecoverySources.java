package kith.fs;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BiFunction;
import kith.codec.ChunkId;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.index.RowView;

/**
 * Where the chunks of a drive are read: by its rows, and as long as it comes back from its partners
 * by its head where the rows know nothing yet. Safe for many threads.
 */
final class RecoverySources {
  private static final long INDEX_CACHE = 16L << 20;

  private final ChunkSource all;
  private final ChunkSource ofIndex;

  /**
   * @param head that the drive comes back from
   * @param maker makes a source of chunks with so many bytes of memory
   */
  RecoverySources(
      RowView rows,
      Optional<Head> head,
      BiFunction<PlacementSource, Long, ChunkSource> maker,
      long cacheBytes) {
    PlacementSource here = new PlacementRows(rows);
    if (head.isEmpty()) {
      all = maker.apply(here, cacheBytes);
      ofIndex = all;
      return;
    }
    var there =
        new RestorePlacements(
            head.get(), places -> maker.apply(places, INDEX_CACHE), IndexRuns.ONE_BY_ONE);
    all = maker.apply(new Both(here, there), cacheBytes);
    ofIndex = there.chunks();
  }

  /** Reads any chunk. */
  ChunkSource all() {
    return all;
  }

  /** Reads chunks of the index, which must not be asked for where its own lie. */
  ChunkSource ofIndex() {
    return ofIndex;
  }

  private record Both(PlacementSource here, PlacementSource there) implements PlacementSource {
    @Override
    public Optional<PackPlacement> placement(PackId pack) throws IOException, KithException {
      Optional<PackPlacement> found = here.placement(pack);
      return found.isPresent() ? found : there.placement(pack);
    }

    @Override
    public Optional<ChunkPlace> chunk(ChunkId id) throws IOException, KithException {
      Optional<ChunkPlace> found = here.chunk(id);
      return found.isPresent() ? found : there.chunk(id);
    }
  }
}
