package kith.fs.fuse;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;

/** Memory outside the Java heap, by address. */
final class NativeMemory {
  private static final MemoryIO IO = MemoryIO.getInstance();

  private NativeMemory() {}

  /** Zeroed memory that must be given to {@link #free}. */
  static long allocate(long size) {
    return IO.allocateMemory(size, true);
  }

  static void free(long address) {
    IO.freeMemory(address);
  }

  static int getInt(long address) {
    return IO.getInt(address);
  }

  static long getLong(long address) {
    return IO.getLong(address);
  }

  static void putInt(long address, int value) {
    IO.putInt(address, value);
  }

  static void putLong(long address, long value) {
    IO.putLong(address, value);
  }

  static void putByte(long address, byte value) {
    IO.putByte(address, value);
  }

  static void putDouble(long address, double value) {
    IO.putLong(address, Double.doubleToRawLongBits(value));
  }

  /** Fills with zeros. */
  static void clear(long address, long length) {
    IO.setMemory(address, length, (byte) 0);
  }

  /** The bytes before the first NUL. */
  static byte[] string(long address) {
    return IO.getZeroTerminatedByteArray(address);
  }

  /** Stores the bytes and a NUL. */
  static void putString(long address, byte[] bytes) {
    IO.putZeroTerminatedByteArray(address, bytes, 0, bytes.length);
  }

  static byte[] bytes(long address, int length) {
    var bytes = new byte[length];
    IO.getByteArray(address, bytes, 0, length);
    return bytes;
  }

  static void getBytes(long address, byte[] target, int at, int length) {
    IO.getByteArray(address, target, at, length);
  }

  static void putBytes(long address, byte[] bytes, int length) {
    IO.putByteArray(address, bytes, 0, length);
  }

  /** A view, valid while the memory is. */
  static ByteBuffer view(long address, int length) {
    return IO.newDirectByteBuffer(address, length);
  }
}
