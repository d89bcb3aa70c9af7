package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kith.codec.KithException;
import kith.codec.PackId;

/**
 * Merges index runs into one, streaming: holds one page per level of each. Of several items with
 * one key the newest stays. For one thread.
 */
public final class IndexRunMerge {
  /** A run whose next item waits to be merged; a lower rank is newer. */
  private static final class Source {
    final int rank;
    final IndexRunReader run;
    final SortedCursor cursor;
    byte[] key;

    Source(int rank, IndexRunReader run) throws IOException, KithException {
      this.rank = rank;
      this.run = run;
      this.cursor = run.items();
    }

    /** Goes to the next item that isn't a holder. */
    boolean next() throws IOException, KithException {
      if (!cursor.next()) {
        return false;
      }
      key = cursor.key();
      return !IndexRunReader.isHolder(key);
    }
  }

  private static final Comparator<Source> ORDER =
      Comparator.comparing((Source source) -> source.key, Arrays::compareUnsigned)
          .thenComparingInt(source -> source.rank);

  private final IndexRunWriter out;
  private final boolean keepTombstones;
  private final PriorityQueue<Source> sources = new PriorityQueue<>(ORDER);

  private IndexRunMerge(IndexRunWriter out, boolean keepTombstones) {
    this.out = out;
    this.keepTombstones = keepTombstones;
  }

  /** The runs that should be merged next: those of the lowest level that has too many. */
  public static List<IndexRun> due(List<IndexRun> runs) {
    return runs.stream().collect(Collectors.groupingBy(IndexRun::level)).entrySet().stream()
        .filter(level -> level.getValue().size() >= IndexRuns.FAN_OUT)
        .min(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .orElse(List.of());
  }

  /** All runs of the lowest level that has one of some kind. */
  static List<IndexRun> lowest(List<IndexRun> runs, Predicate<IndexRun> kind) {
    OptionalInt level = runs.stream().filter(kind).mapToInt(IndexRun::level).min();
    return runs.stream().filter(run -> level.stream().anyMatch(at -> at == run.level())).toList();
  }

  /**
   * Merges all runs of one level; the result takes their place.
   *
   * @param all every run of the drive
   * @param due those to merge: all that have a certain level
   * @param number of the new run
   */
  public static IndexRun merge(
      ChunkSource source, ChunkSink sink, List<IndexRun> all, List<IndexRun> due, long number)
      throws IOException, KithException {
    int level = due.get(0).level();
    boolean oldest = all.stream().noneMatch(run -> run.level() > level);
    var merge = new IndexRunMerge(new IndexRunWriter(sink, number, level + 1), !oldest);
    merge.open(new PageCache(source, (long) Page.MAX * due.size()), due);
    return merge.run();
  }

  private void open(PageCache pages, List<IndexRun> due) throws IOException, KithException {
    List<IndexRun> runs = new ArrayList<>(due);
    runs.sort(IndexRuns.NEWEST_FIRST);
    int rank = 0;
    for (IndexRun run : runs) {
      advance(new Source(rank++, new IndexRunReader(pages, run)));
    }
  }

  private IndexRun run() throws IOException, KithException {
    while (!sources.isEmpty()) {
      Source newest = sources.remove();
      byte[] key = newest.key;
      take(newest, newest.cursor.value());
      advance(newest);
      while (!sources.isEmpty() && Arrays.equals(sources.element().key, key)) {
        advance(sources.remove());
      }
    }
    return out.finish();
  }

  private void advance(Source source) throws IOException, KithException {
    if (source.next()) {
      sources.add(source);
    }
  }

  private void take(Source source, byte[] value) throws IOException, KithException {
    byte[] key = source.key;
    if (value.length == 0) {
      if (keepTombstones) {
        out.add(key, value);
      }
    } else if (key[0] == IndexRunKey.PACK && IndexRunKey.resealed(value).isEmpty()) {
      // Holders are numbered anew in every run.
      out.pack(source.run.placement(new PackId(IndexRunKey.id(key)), value));
    } else {
      out.add(key, value);
    }
  }
}
