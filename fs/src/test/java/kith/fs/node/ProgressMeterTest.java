package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
  private static final Progress.Counted NONE = new Progress.Counted(0, 0);
  private Instant now = FakeNode.NOW;
  private final ProgressMeter meter = new ProgressMeter(() -> now);

  private Progress measure(long seconds, long done, long total) {
    now = now.plusSeconds(seconds);
    return meter.measure("p", new Progress.Counted(done, total), NONE);
  }

  @Test
  void ratesAreOfTheLastTenSeconds() {
    assertEquals(-1, measure(0, 0, 1000).etaSeconds(), "nothing is known yet");
    assertEquals(100, measure(1, 100, 1000).bytesPerSecond());
    assertEquals(9, measure(0, 100, 1000).etaSeconds());
    for (int i = 0; i < 11; i++) {
      measure(1, 100, 1000);
    }
    assertEquals(0, measure(1, 100, 1000).bytesPerSecond(), "it has stalled");
    assertEquals(-1, measure(0, 100, 1000).etaSeconds());
    assertEquals(0, measure(1, 1000, 1000).etaSeconds());
  }

  @Test
  void aTotalThatShrinksOrAClockThatStandsStillDoesNoHarm() {
    measure(0, 500, 1000);
    assertEquals(0, measure(0, 600, 1000).bytesPerSecond());
    assertEquals(0, measure(1, 400, 300).etaSeconds());
    assertEquals(0, measure(-5, 400, 1000).bytesPerSecond());
  }
}
