package kith.index;

import java.util.List;

/**
 * One staging segment. The fields that are not final are written under the lock of {@link Staging};
 * those that are not volatile are read under it, too.
 */
final class Segment {
  final int number;
  final DiskFile file;

  /** Where the next record goes. */
  long end;

  /** Appends that have a place but have not ended. */
  int inFlight;

  /** Appends that have ended. */
  long written;

  /** Of those, how many are durable. */
  long forced;

  /** Where the bytes end that are known to be durable. */
  long durable;

  /** Whether a force failed, and what is not durable was not written anew since. */
  volatile boolean suspect;

  /** What was gone then; no records of which rows should know. */
  volatile List<SegmentRescue.Range> lost = List.of();

  /** Whether the file's name is durable. */
  boolean named;

  /** Whether no more records come. */
  boolean sealed;

  Segment(int number, DiskFile file, long end) {
    this.number = number;
    this.file = file;
    this.end = end;
  }

  /** Takes room for a record. */
  long reserve(int bytes) {
    long position = end;
    end += bytes;
    inFlight++;
    return position;
  }

  /** Ends an append; one that failed gives its room back if it is the last. */
  void ended(long position, int bytes, boolean well) {
    inFlight--;
    written++;
    if (!well && end == position + bytes) {
      end = position;
    }
  }

  /** Whether the bytes of a record are gone. */
  boolean isLost(long position) {
    return lost.stream().anyMatch(range -> range.from() <= position && position < range.to());
  }

  boolean isClean() {
    return sealed && !suspect && inFlight == 0 && written == forced && named;
  }
}
