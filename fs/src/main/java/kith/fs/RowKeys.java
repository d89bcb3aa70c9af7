package kith.fs;

import java.nio.ByteBuffer;

/** Keys of the drive's rows: big-endian numbers, so that byte order is the order of the numbers. */
final class RowKeys {
  private RowKeys() {}

  /** One number. */
  static byte[] of(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  /** Two numbers. */
  static byte[] of(long first, long second) {
    return ByteBuffer.allocate(16).putLong(first).putLong(second).array();
  }

  /** A number and a name. */
  static byte[] of(long number, byte[] name) {
    return ByteBuffer.allocate(8 + name.length).putLong(number).put(name).array();
  }

  /** The first number of a key. */
  static long first(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  /** The second number of a key of two. */
  static long second(byte[] key) {
    return ByteBuffer.wrap(key).getLong(8);
  }

  /** What follows the first number. */
  static byte[] rest(byte[] key) {
    return java.util.Arrays.copyOfRange(key, 8, key.length);
  }

  /** The smallest key that is greater than this one. */
  static byte[] after(byte[] key) {
    return java.util.Arrays.copyOf(key, key.length + 1);
  }
}
