package kith.fs;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import kith.codec.ChunkId;
import kith.codec.KithException;
import kith.codec.PackId;

/**
 * Placements as a head and its index runs tell them: those of INDEX packs stand in the head, all
 * others are looked up in the runs, and kept. Safe for many threads.
 */
final class RestorePlacements implements PlacementSource {
  private static final int REMEMBERED = 16_384;
  private static final long PAGE_CACHE = 8L << 20;

  private final Map<PackId, PackPlacement> ofHead = new HashMap<>();
  private final Map<PackId, PackPlacement> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PackId, PackPlacement> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final ChunkSource chunks;
  private final IndexRuns runs;

  /**
   * @param source makes what reads chunks with these placements; must not ask for one before the
   *     constructor is done
   * @param executor looks into several runs at a time
   */
  RestorePlacements(Head head, Function<PlacementSource, ChunkSource> source, Executor executor) {
    head.indexPacks().forEach(placement -> ofHead.put(placement.pack(), placement));
    chunks = source.apply(this);
    // The index must not be asked where its own pages lie: the head says that.
    ChunkSource ofIndex = source.apply(pack -> Optional.ofNullable(ofHead.get(pack)));
    runs = new IndexRuns(ofIndex, PAGE_CACHE, head.runs(), executor);
  }

  ChunkSource chunks() {
    return chunks;
  }

  @Override
  public Optional<PackPlacement> placement(PackId pack) throws IOException, KithException {
    PackPlacement known = known(pack);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<PackPlacement> found = runs.placement(pack);
    synchronized (recent) {
      found.ifPresent(placement -> recent.put(pack, placement));
    }
    return found;
  }

  @Override
  public Optional<ChunkPlace> chunk(ChunkId id) throws IOException, KithException {
    return runs.chunk(id);
  }

  private PackPlacement known(PackId pack) {
    PackPlacement known = ofHead.get(pack);
    if (known != null) {
      return known;
    }
    synchronized (recent) {
      return recent.get(pack);
    }
  }
}
