package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;

/** Compares formats with golden files, and feeds damaged bytes to their readers. */
final class TreeGolden {
  private TreeGolden() {}

  /** Reads a format. */
  @FunctionalInterface
  interface Reader {
    Object read(byte[] bytes) throws CorruptDataException;
  }

  /** Something that reads chunks. */
  @FunctionalInterface
  interface Chunks {
    Object run() throws IOException, KithException;
  }

  /** Runs what reads no disk. */
  static Object noDisk(Chunks chunks) throws CorruptDataException {
    try {
      return chunks.run();
    } catch (CorruptDataException e) {
      throw e;
    } catch (IOException | KithException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bytes of a golden file, which is hexadecimal in lines. */
  static byte[] read(String name) throws IOException {
    String path = "/golden/trees/" + name + ".hex";
    try (InputStream in = TreeGolden.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("no golden file " + path);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  static void check(String name, byte[] bytes) throws IOException {
    assertEquals(HexFormat.of().formatHex(read(name)), HexFormat.of().formatHex(bytes));
  }

  /** Any exception but CorruptDataException fails the test. */
  static void fuzz(byte[] good, Reader reader) {
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      tolerate(bad, reader);
    }
    SplittableRandom random = new SplittableRandom(good.length);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = good.clone();
      for (int j = random.nextInt(1, 5); j > 0; j--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      tolerate(java.util.Arrays.copyOf(bad, random.nextInt(bad.length + 3)), reader);
    }
  }

  private static void tolerate(byte[] bad, Reader reader) {
    try {
      reader.read(bad);
    } catch (CorruptDataException expected) {
      assertEquals(CorruptDataException.class, expected.getClass());
    }
  }

  /** A chunk reference made of one number. */
  static ChunkRef ref(int n) {
    byte[] key = new byte[ChunkKey.SIZE];
    java.util.Arrays.fill(key, (byte) n);
    return new ChunkRef(new ChunkKey(key), 1000 + n, pack(n), 32 + n, 900 + n);
  }

  static PackId pack(int n) {
    byte[] pack = new byte[PackId.SIZE];
    java.util.Arrays.fill(pack, (byte) (128 + n));
    return new PackId(pack);
  }
}
