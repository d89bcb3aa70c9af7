package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RememberedTest {
  private long millis = 1_000_000;
  private long took;
  private long nanos;
  private int found;

  private final Remembered<Integer> remembered =
      new Remembered<>(this::find, () -> Instant.ofEpochMilli(millis), () -> nanos);

  private int find() {
    nanos += TimeUnit.MILLISECONDS.toNanos(took);
    return ++found;
  }

  private int after(long pause) throws IOException {
    millis += pause;
    return remembered.get();
  }

  @Test
  void askingOftenFindsOutOnceASecond() throws IOException {
    assertEquals(1, after(0));
    assertEquals(1, after(999));
    assertEquals(2, after(1));
  }

  @Test
  void whatTakesLongIsRememberedForAHundredTimesAsLong() throws IOException {
    took = 50;
    assertEquals(1, after(0));
    assertEquals(1, after(4_999));
    assertEquals(2, after(1));
  }

  @Test
  void aClockThatGoesBackKeepsNothingForever() throws IOException {
    assertEquals(1, after(0));
    assertEquals(2, after(-86_400_000));
    assertEquals(2, after(500));
  }
}
