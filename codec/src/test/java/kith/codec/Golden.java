package kith.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Files that hold, in hexadecimal, what every version must write or read. With the system property
 * {@code kith.golden=write} they are written anew: only for a new format version.
 */
final class Golden {
  private static final HexFormat HEX = HexFormat.of();

  private Golden() {}

  /** Fails unless these are the bytes of the golden file. */
  static void check(String name, byte[] actual) {
    if ("write".equals(System.getProperty("kith.golden"))) {
      write(name, actual);
    }
    assertEquals(HEX.formatHex(read(name)), HEX.formatHex(actual), "golden/" + name + ".hex");
  }

  static byte[] read(String name) {
    String resource = "/golden/" + name + ".hex";
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      if (in == null) {
        return Files.exists(path(name)) ? parse(Files.readString(path(name))) : new byte[0];
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] parse(String text) {
    return HEX.parseHex(text.replaceAll("\\s", ""));
  }

  private static void write(String name, byte[] bytes) {
    String lines = HEX.formatHex(bytes).replaceAll("(.{64})", "$1\n").strip() + "\n";
    try {
      Files.createDirectories(path(name).getParent());
      Files.writeString(path(name), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(String name) {
    return Path.of("src/test/resources/golden", name + ".hex");
  }
}
