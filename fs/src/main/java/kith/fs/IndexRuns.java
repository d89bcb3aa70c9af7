package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import kith.codec.ChunkId;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerLineage;
import kith.codec.PackId;

/**
 * Looks chunks and packs up in all index runs of a drive at the same time, so that it takes as long
 * as in the deepest of them, however many there are; what the newest says is right. Safe for many
 * threads.
 */
public final class IndexRuns implements PlacementSource {
  /** How many runs of one level there may be before they are merged into one of the next. */
  public static final int FAN_OUT = 10;

  /** Looks into one run after the other, and into none that is older than the one that knows. */
  static final Executor ONE_BY_ONE =
      look -> {
        throw new RejectedExecutionException("one by one");
      };

  /** Newest first. */
  static final Comparator<IndexRun> NEWEST_FIRST =
      Comparator.comparingInt(IndexRun::level)
          .thenComparing(Comparator.comparingLong(IndexRun::number).reversed());

  private final List<IndexRunReader> readers = new ArrayList<>();
  private final Executor executor;

  /** What a run says. */
  private record Found(IndexRunReader run, byte[] value) {
    boolean isGone() {
      return value.length == 0;
    }
  }

  IndexRuns(PageCache pages, List<IndexRun> runs, Executor executor) {
    runs.stream().sorted(NEWEST_FIRST).forEach(run -> readers.add(new IndexRunReader(pages, run)));
    this.executor = executor;
  }

  /**
   * @param pageBytes memory for opened pages
   * @param executor looks into several runs at a time; if it refuses, whoever asks does it himself
   */
  public IndexRuns(ChunkSource chunks, long pageBytes, List<IndexRun> runs, Executor executor) {
    this(new PageCache(chunks, pageBytes), runs, executor);
  }

  @Override
  public Optional<PackPlacement> placement(PackId pack) throws IOException, KithException {
    PackId now = pack;
    for (int i = 0; i <= OwnerLineage.MAX_REKEYS; i++) {
      Optional<Found> found = find(IndexRunKey.of(now));
      if (found.isEmpty() || found.get().isGone()) {
        return Optional.empty();
      }
      Optional<PackId> resealed = IndexRunKey.resealed(found.get().value);
      if (resealed.isEmpty()) {
        return Optional.of(found.get().run.placement(now, found.get().value));
      }
      now = resealed.get();
    }
    throw new CorruptDataException("pack " + pack + " was sealed anew more often than it can be");
  }

  @Override
  public Optional<ChunkPlace> chunk(ChunkId id) throws IOException, KithException {
    Optional<Found> found = find(IndexRunKey.of(id));
    return found.isEmpty() || found.get().isGone()
        ? Optional.empty()
        : Optional.of(ChunkPlace.ofBytes(found.get().value));
  }

  private Optional<Found> find(byte[] key) throws IOException, KithException {
    List<Shared<Optional<byte[]>>> looks = new ArrayList<>();
    for (IndexRunReader run : readers) {
      looks.add(new Shared<>(() -> run.get(key)));
    }
    begin(looks);
    for (int i = 0; i < looks.size(); i++) {
      Optional<byte[]> value = looks.get(i).result();
      if (value.isPresent()) {
        return Optional.of(new Found(readers.get(i), value.get()));
      }
    }
    return Optional.empty();
  }

  /** Lets others begin with all but the first, which the caller does. */
  private void begin(List<Shared<Optional<byte[]>>> looks) {
    try {
      looks.stream().skip(1).forEach(executor::execute);
    } catch (RejectedExecutionException e) {
      // the caller does what nobody has begun
    }
  }
}
