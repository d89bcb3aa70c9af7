package kith.codec;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value made of a fixed number of bytes: the base of all ids, keys and digests. Immutable; equal
 * to another of the same class with the same bytes; ordered as unsigned bytes.
 */
public abstract class FixedBytes implements Comparable<FixedBytes> {
  private final byte[] bytes;

  /**
   * @param bytes copied
   * @param length the exact length in bytes that this class has
   */
  protected FixedBytes(byte[] bytes, int length) {
    if (bytes.length != length) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " takes " + length + " bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  public final byte[] toBytes() {
    return bytes.clone();
  }

  /** Copies the bytes into {@code target} at {@code offset}. */
  public final void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /** Length in bytes. */
  public final int size() {
    return bytes.length;
  }

  /** The first eight bytes, big-endian: a hash for choosing, never for proving. */
  public final long prefix() {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = (value << 8) | (bytes[i] & 0xff);
    }
    return value;
  }

  @Override
  public final int compareTo(FixedBytes other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof FixedBytes that
        && that.getClass() == getClass()
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public final int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Lower-case hexadecimal, unless a subclass says otherwise. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
