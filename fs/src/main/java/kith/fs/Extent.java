package kith.fs;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import kith.index.StagedRecord;

/**
 * A row of the EXTENTS table: where the bytes of a range of a file lie. Ranges of one file never
 * overlap; what no extent covers is a hole. The row's key is (inode, offset); its value is
 *
 * <pre>
 *   staged:  1 u8 | length u32 | skip u32 | segment u32 | position u64 | record length u32
 *   chunk:   2 u8 | length u32 | skip u32 | chunk reference (60 bytes)
 *   damaged: 3 u8 | length u32 | skip u32 = 0
 * </pre>
 */
sealed interface Extent {
  /** The longest extent in bytes, and so the longest staged record. */
  int MAX_LENGTH = 512 * 1024;

  /** Where the range begins in the file. */
  long offset();

  /** Length of the range in bytes. */
  int length();

  /** How many bytes of the record or chunk lie before the range. */
  int skip();

  /** The part of this extent from {@code from} (in the file), {@code length} bytes long. */
  Extent part(long from, int length);

  /** Whether this is what follows another extent both in the file and where the bytes lie. */
  boolean continues(Extent before);

  byte[] encode();

  /** Where the range ends in the file. */
  default long end() {
    return offset() + length();
  }

  /** Bytes that wait in staging until they are chunked. */
  record Staged(long offset, int length, int skip, StagedRecord record) implements Extent {
    @Override
    public Staged part(long from, int partLength) {
      return new Staged(from, partLength, skip + (int) (from - offset), record);
    }

    @Override
    public boolean continues(Extent before) {
      return before instanceof Staged other
          && other.record.equals(record)
          && other.end() == offset
          && other.skip + other.length == skip;
    }

    @Override
    public byte[] encode() {
      return ByteBuffer.allocate(25)
          .put((byte) 1)
          .putInt(length)
          .putInt(skip)
          .putInt(record.segment())
          .putLong(record.position())
          .putInt(record.length())
          .array();
    }
  }

  /** Bytes of a chunk. */
  record Chunked(long offset, int length, int skip, ChunkRef chunk) implements Extent {
    @Override
    public Chunked part(long from, int partLength) {
      return new Chunked(from, partLength, skip + (int) (from - offset), chunk);
    }

    /** Whether the extent is the chunk and not a part of it. */
    boolean whole() {
      return skip == 0 && length == chunk.rawLength();
    }

    @Override
    public boolean continues(Extent before) {
      return before instanceof Chunked other
          && other.chunk.equals(chunk)
          && other.end() == offset
          && other.skip + other.length == skip;
    }

    @Override
    public byte[] encode() {
      ByteBuffer out = ByteBuffer.allocate(9 + ChunkRef.SIZE);
      out.put((byte) 2).putInt(length).putInt(skip);
      chunk.writeTo(out);
      return out.array();
    }
  }

  /** Bytes that were damaged on this machine before any partner had them: gone for good. */
  record Damaged(long offset, int length) implements Extent {
    @Override
    public int skip() {
      return 0;
    }

    @Override
    public Damaged part(long from, int partLength) {
      return new Damaged(from, partLength);
    }

    @Override
    public boolean continues(Extent before) {
      return false;
    }

    @Override
    public byte[] encode() {
      return ByteBuffer.allocate(9).put((byte) 3).putInt(length).putInt(0).array();
    }
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static Extent decode(byte[] key, byte[] value) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      long offset = RowKeys.second(key);
      int kind = in.get();
      int length = in.getInt();
      int skip = in.getInt();
      return switch (kind) {
        case 1 ->
            new Staged(
                offset, length, skip, new StagedRecord(in.getInt(), in.getLong(), in.getInt()));
        case 2 -> new Chunked(offset, length, skip, ChunkRef.read(in));
        case 3 -> new Damaged(offset, length);
        default -> throw new IOException("extent row of kind " + kind + ": a newer Kith's?");
      };
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException("damaged extent row", e);
    }
  }
}
