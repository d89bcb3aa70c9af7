package kith.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.PackId;

/**
 * Takes the fields of a stored format off an array, big-endian. Whatever is too short, too long or
 * out of range is a CorruptDataException that names the format. For one thread.
 */
final class PageInput {
  private final byte[] bytes;
  private final int end;
  private final String format;
  private int position;

  /**
   * @param format what the bytes should be, for messages
   */
  PageInput(byte[] bytes, String format) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.format = format;
  }

  int u8() throws CorruptDataException {
    need(1);
    return bytes[position++] & 0xff;
  }

  int u16() throws CorruptDataException {
    return u8() << 8 | u8();
  }

  int u32() throws CorruptDataException {
    return u16() << 16 | u16();
  }

  long u64() throws CorruptDataException {
    return (long) u32() << 32 | (u32() & 0xffffffffL);
  }

  /** A u64 that is a length or a count: never negative. */
  long count64() throws CorruptDataException {
    long value = u64();
    return value >= 0 ? value : fail("count " + value);
  }

  /** A u32 of at most {@code max}. */
  int count32(int max) throws CorruptDataException {
    return bounded(u32(), max);
  }

  int varint(int max) throws CorruptDataException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = u8();
      value |= (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        if (b == 0 && shift > 0) {
          throw corrupt("a number is longer than needed");
        }
        return bounded(value, max);
      }
    }
    throw corrupt("a number has no end");
  }

  byte[] raw(int length) throws CorruptDataException {
    need(length);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  byte[] sized(int max) throws CorruptDataException {
    return raw(varint(max));
  }

  String text(int max) throws CorruptDataException {
    return new String(sized(max), StandardCharsets.UTF_8);
  }

  Timestamp time() throws CorruptDataException {
    long seconds = u64();
    return new Timestamp(seconds, count32(999_999_999));
  }

  ChunkRef chunk() throws CorruptDataException {
    ChunkKey key = new ChunkKey(raw(ChunkKey.SIZE));
    int rawLength = count32(Integer.MAX_VALUE);
    if (rawLength == 0) {
      throw corrupt("a chunk of no bytes");
    }
    PackId pack = pack();
    return new ChunkRef(
        key, rawLength, pack, count32(Integer.MAX_VALUE), count32(Integer.MAX_VALUE));
  }

  /** 0, or 1 and a chunk. */
  Optional<ChunkRef> optionalChunk() throws CorruptDataException {
    return u8Flag() ? Optional.of(chunk()) : Optional.empty();
  }

  private boolean u8Flag() throws CorruptDataException {
    return bounded(u8(), 1) == 1;
  }

  PackId pack() throws CorruptDataException {
    return new PackId(raw(PackId.SIZE));
  }

  OwnerId owner() throws CorruptDataException {
    return new OwnerId(raw(OwnerId.SIZE));
  }

  int position() {
    return position;
  }

  void skip(int length) throws CorruptDataException {
    need(length);
    position += length;
  }

  /** Checks that nothing is left. */
  void end() throws CorruptDataException {
    if (position != end) {
      throw corrupt((end - position) + " bytes too many");
    }
  }

  CorruptDataException corrupt(String what) {
    return new CorruptDataException(format + ": " + what + " before byte " + position);
  }

  private long fail(String what) throws CorruptDataException {
    throw corrupt(what);
  }

  private int bounded(int value, int max) throws CorruptDataException {
    if (value < 0 || value > max) {
      throw corrupt((value & 0xffffffffL) + " where at most " + max + " is allowed");
    }
    return value;
  }

  private void need(int length) throws CorruptDataException {
    if (end - position < length) {
      throw corrupt("ends too early: " + length + " more bytes needed");
    }
  }
}
