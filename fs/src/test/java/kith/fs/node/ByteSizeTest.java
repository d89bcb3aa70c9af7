package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "17 B, 17",
    "1KiB, 1024",
    "1 kb, 1000",
    "2k, 2048",
    "100GiB, 107374182400",
    "1.5 MB, 1500000",
    "0.5T, 549755813888",
  })
  void readsWhatPeopleWrite(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text).bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "GiB", "1 XB", "1e9", "99999999 PiB", "1 GiB more", "0x10"})
  void refusesTheRest(String text) {
    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1023, 1024, 1 << 20, 5L << 40, Long.MAX_VALUE / 2, (1 << 20) + 1})
  void itsTextIsExact(long bytes) {
    assertEquals(bytes, ByteSize.parse(new ByteSize(bytes).toString()).bytes());
  }

  @Test
  void showsThreeDigits() {
    assertEquals("999 B", ByteSize.show(999));
    assertEquals("0.98 KiB", ByteSize.show(1000));
    assertEquals("1.50 MiB", ByteSize.show(3 << 19));
    assertEquals("12.5 GiB", ByteSize.show(25L << 29));
    assertEquals("100 KiB", ByteSize.show(102_350));
    assertEquals("8192 PiB", ByteSize.show(Long.MAX_VALUE));
  }
}
