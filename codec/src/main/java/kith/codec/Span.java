package kith.codec;

import java.util.Objects;

/** A part of an array, not copied. */
record Span(byte[] array, int offset, int length) {
  Span {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  static Span of(byte[] array) {
    return new Span(array, 0, array.length);
  }
}
