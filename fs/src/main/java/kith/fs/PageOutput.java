package kith.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kith.codec.FixedBytes;

/** Grows while the fields of a stored format are written to it, big-endian. For one thread. */
final class PageOutput {
  private byte[] bytes;
  private int length;

  PageOutput() {
    this(256);
  }

  PageOutput(int capacity) {
    bytes = new byte[capacity];
  }

  PageOutput u8(int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  PageOutput u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  PageOutput u32(int value) {
    return u16(value >>> 16).u16(value);
  }

  PageOutput u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  /** Seven bits a byte, the lowest first, the high bit set on all but the last. */
  PageOutput varint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return u8(rest);
  }

  PageOutput raw(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  PageOutput raw(FixedBytes value) {
    room(value.size());
    value.copyTo(bytes, length);
    length += value.size();
    return this;
  }

  /** Length as varint, then the bytes. */
  PageOutput sized(byte[] value) {
    return varint(value.length).raw(value);
  }

  /** UTF-8, sized. */
  PageOutput text(String value) {
    return sized(value.getBytes(StandardCharsets.UTF_8));
  }

  PageOutput time(Timestamp time) {
    return u64(time.seconds()).u32(time.nanos());
  }

  PageOutput chunk(ChunkRef ref) {
    return raw(ref.key()).u32(ref.rawLength()).raw(ref.pack()).u32(ref.offset()).u32(ref.length());
  }

  /** 0, or 1 and the chunk. */
  PageOutput optional(Optional<ChunkRef> ref) {
    u8(ref.isPresent() ? 1 : 0);
    ref.ifPresent(this::chunk);
    return this;
  }

  /** Bytes written so far. */
  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
