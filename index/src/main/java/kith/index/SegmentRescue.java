package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what is not durable of a staging segment once more, after a force of it has failed: the
 * same bytes to the same places, so that the next force has something to do. For one thread; nobody
 * appends to the segment meanwhile.
 */
final class SegmentRescue {
  private final DiskFile file;
  private final ByteBuffer record =
      ByteBuffer.allocate(StagingFormat.RECORD_HEADER + Staging.MAX_RECORD);
  private final List<Range> lost = new ArrayList<>();
  private long at;

  private SegmentRescue(DiskFile file, long from) {
    this.file = file;
    this.at = from;
  }

  /** Bytes of a segment that are no records any more. */
  record Range(long from, long to) {
    long length() {
      return to - from;
    }
  }

  /**
   * Writes the records that can be read; they are durable after the next force.
   *
   * @return what lies between them
   */
  static List<Range> writeAgain(Segment segment) throws IOException {
    long from = Math.max(segment.durable, StagingFormat.SEGMENT_HEADER);
    SegmentRescue rescue = new SegmentRescue(segment.file, from);
    segment.file.write(StagingFormat.segmentHeader(segment.number), 0);
    SegmentScan.visit(segment.file, from, rescue::writeAgain);
    rescue.skipTo(segment.end);
    return rescue.lost;
  }

  private void writeAgain(long position, StagingFormat.RecordHeader header) throws IOException {
    skipTo(position);
    int bytes = StagingFormat.RECORD_HEADER + header.length();
    record.clear().limit(bytes);
    boolean whole = file.read(record, position) == bytes && header.equals(read(header.length()));
    if (whole) {
      file.write(record.rewind(), position);
    } else {
      skipTo(position + bytes); // it went just now
    }
    at = position + bytes;
  }

  /** The header of the record in the buffer; null if it or the data are damaged. */
  private StagingFormat.RecordHeader read(int length) {
    StagingFormat.RecordHeader header = StagingFormat.header(record.flip(), 0);
    int crc = StagingFormat.crc(record.slice(StagingFormat.RECORD_HEADER, length));
    return header == null || header.dataCrc() != crc ? null : header;
  }

  private void skipTo(long position) {
    if (position > at) {
      lost.add(new Range(at, position));
      at = position;
    }
  }
}
