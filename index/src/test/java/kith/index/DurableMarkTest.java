package kith.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableMarkTest {
  private static final long SEQUENCE = 0x0102030405060708L;

  private @TempDir Path folder;

  private Path file() {
    return folder.resolve("db.mark");
  }

  private static byte[] golden() throws IOException {
    try (var golden = DurableMarkTest.class.getResourceAsStream("/golden/db-mark-1.hex")) {
      String text = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  @Test
  void theBytesOfTheMarkAreAsDocumented() throws IOException {
    try (var mark = new DurableMark(file())) {
      for (long sequence = SEQUENCE - 1; sequence <= SEQUENCE + 1; sequence++) {
        mark.put(sequence);
      }
    }
    HexFormat hex = HexFormat.of();
    assertEquals(hex.formatHex(golden()), hex.formatHex(Files.readAllBytes(file())));
  }

  @Test
  void theGreaterOfTwoPlacesCountsAndADamagedOneDoesNot() throws IOException {
    byte[] golden = golden();
    for (int at = 0; at < golden.length; at++) {
      byte[] damaged = golden.clone();
      damaged[at] ^= 1;
      Files.write(file(), damaged);
      try (var mark = new DurableMark(file())) {
        assertEquals(at < golden.length / 2 ? SEQUENCE : SEQUENCE + 1, mark.last(), "byte " + at);
      }
    }
    Files.write(file(), golden);
    try (var mark = new DurableMark(file())) {
      assertEquals(SEQUENCE + 1, mark.last());
    }
  }
}
