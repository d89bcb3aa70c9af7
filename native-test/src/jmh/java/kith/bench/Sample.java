package kith.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Random;

/** Input for the primitives; the same bytes in every run. */
public enum Sample {
  /** Source code, from the file that the property {@code kith.bench.text} names. */
  TEXT,

  /** Bytes that don't compress. */
  RANDOM,

  /** By turns 64 KiB of source code and 64 KiB that don't compress. */
  HALF;

  private static final int RUN = 64 * 1024;
  private static final long SEED = 1;

  /** A new array of so many bytes. */
  public byte[] bytes(int length) {
    return switch (this) {
      case TEXT -> text(length);
      case RANDOM -> random(length);
      case HALF -> half(length);
    };
  }

  private static byte[] text(int length) {
    Path file = Path.of(System.getProperty("kith.bench.text"));
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new IllegalStateException(file + " has less than " + length + " bytes");
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private static byte[] half(int length) {
    byte[] bytes = text(length);
    byte[] random = random(length);
    for (int at = RUN; at < length; at += 2 * RUN) {
      System.arraycopy(random, at, bytes, at, Math.min(RUN, length - at));
    }
    return bytes;
  }
}
