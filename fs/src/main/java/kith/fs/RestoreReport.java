package kith.fs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a restore has done so far, and lists what it could not do. Safe for many threads. */
public final class RestoreReport {
  /** Problems that are listed; all are counted. */
  private static final int LISTED = 1000;

  private final LongAdder writtenFiles = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder sameFiles = new LongAdder();
  private final LongAdder sameBytes = new LongAdder();
  private final LongAdder folders = new LongAdder();
  private final LongAdder others = new LongAdder();
  private final LongAdder links = new LongAdder();
  private final LongAdder linkedBytes = new LongAdder();
  private final LongAdder underWay = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final List<PathProblem> failed = new ArrayList<>();
  private final Map<DestinationLoss, Lost> lost = new EnumMap<>(DestinationLoss.class);

  /**
   * What could not be kept.
   *
   * @param count of how many files
   * @param first path of one of them
   */
  public record Lost(long count, byte[] first) {
    private Lost and(byte[] path) {
      return new Lost(count + 1, count == 0 ? path : first);
    }
  }

  /** So much of files that are not whole yet has been dealt with; less than zero takes it back. */
  void underWay(long bytes) {
    underWay.add(bytes);
  }

  /** A regular file that was not there, or was another. */
  void written(long bytes) {
    writtenFiles.increment();
    writtenBytes.add(bytes);
  }

  /** A regular file that was there already. */
  void same(long bytes) {
    sameFiles.increment();
    sameBytes.add(bytes);
  }

  void folder() {
    folders.increment();
  }

  /** A symlink, fifo, socket or device. */
  void other() {
    others.increment();
  }

  /** One more name of a file that has been counted. */
  void link(long bytes) {
    links.increment();
    linkedBytes.add(bytes);
  }

  void failed(byte[] path, String reason) {
    failures.increment();
    synchronized (failed) {
      if (failed.size() < LISTED) {
        failed.add(new PathProblem(path, reason));
      }
    }
  }

  void lost(byte[] path, Iterable<DestinationLoss> losses) {
    synchronized (lost) {
      for (DestinationLoss loss : losses) {
        lost.merge(loss, new Lost(1, path), (before, one) -> before.and(path));
      }
    }
  }

  public long writtenFiles() {
    return writtenFiles.sum();
  }

  public long writtenBytes() {
    return writtenBytes.sum();
  }

  /** Regular files that were there already. */
  public long sameFiles() {
    return sameFiles.sum();
  }

  public long sameBytes() {
    return sameBytes.sum();
  }

  public long folders() {
    return folders.sum();
  }

  /** Symlinks, fifos, sockets and devices. */
  public long others() {
    return others.sum();
  }

  /** Names beside the first of hard-linked files. */
  public long links() {
    return links.sum();
  }

  /**
   * Bytes of regular files that are done, once for each name, those under way as far as they are.
   */
  public long doneBytes() {
    return writtenBytes.sum() + sameBytes.sum() + linkedBytes.sum() + underWay.sum();
  }

  /** Names of everything but folders that are done, or have failed. */
  public long doneFiles() {
    return writtenFiles.sum() + sameFiles.sum() + others.sum() + links.sum() + failures.sum();
  }

  public long failures() {
    return failures.sum();
  }

  /** The first of what was not restored, by path. */
  public List<PathProblem> failed() {
    synchronized (failed) {
      return failed.stream()
          .sorted((one, other) -> Arrays.compareUnsigned(one.path(), other.path()))
          .toList();
    }
  }

  /** What the destination could not keep. */
  public Map<DestinationLoss, Lost> lost() {
    synchronized (lost) {
      return new EnumMap<>(lost);
    }
  }
}
