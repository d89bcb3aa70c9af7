package kith.index;

/**
 * One staging segment. The fields that are not final are guarded by the lock of {@link Staging}.
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

  boolean isClean() {
    return sealed && inFlight == 0 && written == forced && named;
  }
}
