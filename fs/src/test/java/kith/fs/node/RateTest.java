package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RateTest {
  @Test
  void bitsAndBytesAreReadAndShownAsTheyWereMeant() {
    assertEquals(2_500_000, Rate.parse("20Mbit/s").bytesPerSecond());
    assertEquals(2_500_000, Rate.parse(" 20 mbps ").bytesPerSecond());
    assertEquals(187_500, Rate.parse("1.5 Mbit/s").bytesPerSecond());
    assertEquals(125_000_000, Rate.parse("1Gbit/s").bytesPerSecond());
    assertEquals(2 << 20, Rate.parse("2 MiB/s").bytesPerSecond());
    assertEquals(500_000, Rate.parse("500KB/s").bytesPerSecond());
    assertEquals(Rate.NONE, Rate.parse("none"));
    for (String exact : List.of("20 Mbit/s", "1500 kbit/s", "2 MiB/s", "none")) {
      assertEquals(exact, Rate.parse(exact).toString());
      assertEquals(Rate.parse(exact), Rate.parse(Rate.parse(exact).toString()));
    }
  }

  @Test
  void whatIsNoRateIsRefused() {
    for (String wrong :
        List.of("", "20", "20M", "fast", "0 Mbit/s", "-1 Mbit/s", "0/s", "1kbit/s")) {
      assertThrows(IllegalArgumentException.class, () -> Rate.parse(wrong), wrong);
    }
  }
}
