package kith.index;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Bytes of staging segments, big-endian; see docs/formats/index.md. A segment: header, then
 * records. A record: magic u32, data length u32, inode u64, file offset u64, CRC32C of the data
 * u32, CRC32C of the 28 bytes before u32, data.
 */
final class StagingFormat {
  /** "KithStag". */
  static final long SEGMENT_MAGIC = 0x4b69746853746167L;

  static final int VERSION = 1;

  /**
   * Length of a segment's header: magic u64, version u32, number u32, 12 zero bytes, CRC32C u32.
   */
  static final int SEGMENT_HEADER = 32;

  /** "KSR1". */
  static final int RECORD_MAGIC = 0x4b535231;

  /** Length of a record's header. */
  static final int RECORD_HEADER = 32;

  private static final int CHECKED = 28;

  private StagingFormat() {}

  static ByteBuffer segmentHeader(int number) {
    ByteBuffer header = ByteBuffer.allocate(SEGMENT_HEADER);
    header.putLong(SEGMENT_MAGIC).putInt(VERSION).putInt(number);
    header.putInt(CHECKED, crc(header.duplicate().position(0).limit(CHECKED)));
    return header.position(0);
  }

  /** Fills the buffer with header and data, ready to be written. */
  static void record(ByteBuffer target, long inode, long offset, ByteBuffer data) {
    target.clear();
    target.putInt(RECORD_MAGIC).putInt(data.remaining()).putLong(inode).putLong(offset);
    target.putInt(crc(data.duplicate()));
    target.putInt(crc(target.duplicate().flip()));
    target.put(data.duplicate()).flip();
  }

  /** The header at a position of the buffer, or null if there is none or it is damaged. */
  static RecordHeader header(ByteBuffer bytes, int position) {
    if (bytes.limit() - position < RECORD_HEADER || bytes.getInt(position) != RECORD_MAGIC) {
      return null;
    }
    ByteBuffer checked = bytes.duplicate().position(position).limit(position + CHECKED);
    if (crc(checked) != bytes.getInt(position + CHECKED)) {
      return null;
    }
    return new RecordHeader(
        bytes.getInt(position + 4),
        bytes.getLong(position + 8),
        bytes.getLong(position + 16),
        bytes.getInt(position + 24));
  }

  /** CRC32C of what remains in the buffer, which is used up. */
  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** What the header of a record says; its own checksum was right. */
  record RecordHeader(int length, long inode, long offset, int dataCrc) {}
}
