package kith.index;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers some records whose checksums were found right, so that small reads of large records
 * need not read all of them each time. A fixed number of places; a newcomer takes the place of
 * another. Safe for any number of threads.
 */
final class VerifiedRecords {
  private static final int PLACES = 1 << 15;

  private final AtomicLongArray places = new AtomicLongArray(PLACES);

  boolean contains(StagedRecord record) {
    return places.get(place(name(record))) == name(record);
  }

  void add(StagedRecord record) {
    places.set(place(name(record)), name(record));
  }

  /** Positions stay under 2^28, lengths under 2^21; never 0, as segments count from 1. */
  private static long name(StagedRecord record) {
    return ((long) record.segment() << 32) | record.position();
  }

  private static int place(long name) {
    return (int) ((name * 0x9e3779b97f4a7c15L) >>> 49);
  }
}
