package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kith.codec.ChunkId;
import kith.codec.KithException;
import kith.codec.PackId;

/** Looks chunks and packs up in all index runs of a drive, newest first. Safe for many threads. */
public final class IndexRuns implements PlacementSource {
  /** How many runs of one level there may be before they are merged into one of the next. */
  public static final int FAN_OUT = 10;

  /** Newest first. */
  static final Comparator<IndexRun> NEWEST_FIRST =
      Comparator.comparingInt(IndexRun::level)
          .thenComparing(Comparator.comparingLong(IndexRun::number).reversed());

  private final List<IndexRunReader> readers = new ArrayList<>();

  IndexRuns(PageCache pages, List<IndexRun> runs) {
    runs.stream().sorted(NEWEST_FIRST).forEach(run -> readers.add(new IndexRunReader(pages, run)));
  }

  /**
   * @param pageBytes memory for opened pages
   */
  public IndexRuns(ChunkSource chunks, long pageBytes, List<IndexRun> runs) {
    this(new PageCache(chunks, pageBytes), runs);
  }

  @Override
  public Optional<PackPlacement> placement(PackId pack) throws IOException, KithException {
    byte[] key = IndexRunKey.of(pack);
    for (IndexRunReader reader : readers) {
      Optional<byte[]> value = reader.get(key);
      if (value.isPresent()) {
        boolean gone = value.get().length == 0;
        return gone ? Optional.empty() : Optional.of(reader.placement(pack, value.get()));
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<ChunkPlace> chunk(ChunkId id) throws IOException, KithException {
    byte[] key = IndexRunKey.of(id);
    for (IndexRunReader reader : readers) {
      Optional<byte[]> value = reader.get(key);
      if (value.isPresent()) {
        boolean gone = value.get().length == 0;
        return gone ? Optional.empty() : Optional.of(ChunkPlace.ofBytes(value.get()));
      }
    }
    return Optional.empty();
  }
}
