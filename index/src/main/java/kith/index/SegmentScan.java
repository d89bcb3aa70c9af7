package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds the records of a staging segment from its bytes alone, also past damage. */
final class SegmentScan {
  private static final int WINDOW = 2 * (StagingFormat.RECORD_HEADER + Staging.MAX_RECORD);

  private final DiskFile file;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
  private long windowStart;

  private SegmentScan(DiskFile file) throws IOException {
    this.file = file;
    this.size = file.size();
    window.limit(0);
  }

  /** Sees one whole record after the other. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param position of the record in the segment, in bytes
     */
    void visit(long position, StagingFormat.RecordHeader header) throws IOException;
  }

  /**
   * Visits the records whose checksums are right, in their order.
   *
   * @return where the last of them ends, in bytes; 0 if there is none
   */
  static long visit(DiskFile file, Visitor visitor) throws IOException {
    return visit(file, StagingFormat.SEGMENT_HEADER, visitor);
  }

  /** The same from where a record may begin. */
  static long visit(DiskFile file, long from, Visitor visitor) throws IOException {
    return new SegmentScan(file).run(from, visitor);
  }

  /**
   * Cuts off what follows the last whole record: it was never forced, or no row could name it.
   *
   * @return the length left, in bytes; 0 if there is no record
   */
  static long cutTornTail(DiskFile file) throws IOException {
    long end = visit(file, (position, header) -> {});
    if (end < file.size()) {
      file.truncate(end);
    }
    return end;
  }

  private long run(long from, Visitor visitor) throws IOException {
    long at = from;
    long end = 0;
    while (at + StagingFormat.RECORD_HEADER <= size) {
      StagingFormat.RecordHeader header = headerAt(at);
      if (header == null || !isWhole(at, header)) {
        at++; // damaged, or a hole that a failed append left: look for the next record
      } else {
        visitor.visit(at, header);
        at += StagingFormat.RECORD_HEADER + header.length();
        end = at;
      }
    }
    return end;
  }

  private StagingFormat.RecordHeader headerAt(long at) throws IOException {
    int place = load(at, StagingFormat.RECORD_HEADER);
    return StagingFormat.header(window, place);
  }

  private boolean isWhole(long at, StagingFormat.RecordHeader header) throws IOException {
    int length = header.length();
    if (length < 1 || length > Staging.MAX_RECORD) {
      return false;
    }
    int bytes = StagingFormat.RECORD_HEADER + length;
    if (at + bytes > size) {
      return false;
    }
    int place = load(at, bytes) + StagingFormat.RECORD_HEADER;
    return StagingFormat.crc(window.slice(place, length)) == header.dataCrc();
  }

  /** Makes sure that bytes are in the window; returns where. They must be within the file. */
  private int load(long at, int bytes) throws IOException {
    if (at < windowStart || at + bytes > windowStart + window.limit()) {
      windowStart = at;
      window.clear();
      file.read(window, at);
      window.flip();
    }
    return (int) (at - windowStart);
  }
}
