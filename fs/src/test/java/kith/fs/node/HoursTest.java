package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hours of the week on the wall, and how pauses go together with them. */
final class HoursTest {
  private static final long SEED = 5;
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Hours NIGHTS = Hours.parse("mo-fr 22:00-06:00, sa-su 00:00-24:00");

  private static Instant at(String time) {
    return OffsetDateTime.parse(time).toInstant();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a week in winter: over midnight, into the week-end, out of it
        "mo-fr 22:00-06:00 | 2026-11-23T21:59:59+01:00 | 2026-11-23T22:00:00+01:00",
        "mo-fr 22:00-06:00 | 2026-11-24T05:59:59+01:00 | 2026-11-24T05:59:59+01:00",
        "mo-fr 22:00-06:00 | 2026-11-24T06:00:00+01:00 | 2026-11-24T22:00:00+01:00",
        "mo-fr 22:00-06:00 | 2026-11-28T05:30:00+01:00 | 2026-11-28T05:30:00+01:00",
        "mo-fr 22:00-06:00 | 2026-11-28T06:00:00+01:00 | 2026-11-30T22:00:00+01:00",
        "su 23-1 | 2026-11-30T00:59:00+01:00 | 2026-11-30T00:59:00+01:00",
        "su 23-1 | 2026-11-30T01:00:00+01:00 | 2026-12-06T23:00:00+01:00",
        // summer begins on 2026-03-29: there is no hour from 2 to 3
        "8-9 | 2026-03-28T09:00:00+01:00 | 2026-03-29T08:00:00+02:00",
        "su 2-4 | 2026-03-28T20:00:00+01:00 | 2026-03-29T03:00:00+02:00",
        "su 2-3 | 2026-03-28T20:00:00+01:00 | 2026-04-05T02:00:00+02:00",
        // and ends on 2026-10-25: the hour from 2 to 3 comes twice
        "8-9 | 2026-10-24T09:00:00+02:00 | 2026-10-25T08:00:00+01:00",
        "su 2-3 | 2026-10-25T02:59:59+02:00 | 2026-10-25T02:59:59+02:00",
        "su 2-3 | 2026-10-25T02:59:59+01:00 | 2026-10-25T02:59:59+01:00",
        "su 3-4 | 2026-10-25T02:30:00+02:00 | 2026-10-25T03:00:00+01:00"
      })
  void beginWhenTheClockOnTheWallSaysSo(String hours, String from, String next) {
    assertEquals(at(next), Hours.parse(hours).next(at(from), BERLIN));
  }

  @Test
  void nextIsTheFirstMomentInThemInAnyZone() {
    Random random = new Random(SEED);
    String[] zones = {
      "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC"
    };
    for (int i = 0; i < 300; i++) {
      ZoneId zone = ZoneId.of(zones[i % zones.length]);
      int hour = random.nextInt(24);
      Hours hours = Hours.parse((i % 2 == 0 ? "sun " : "mon-sun ") + hour + "-" + (hour + 1));
      Instant from = Instant.ofEpochSecond(1_300_000_000L + random.nextInt(500_000_000));
      Instant next = hours.next(from, zone);
      String where = "seed " + SEED + ": " + hours + " in " + zone + " from " + from;
      assertTrue(hours.contains(next, zone), where);
      for (Instant t = from; t.isBefore(next); t = t.plusSeconds(600)) {
        assertFalse(hours.contains(t, zone), where + " at " + t);
      }
      assertTrue(next.equals(from) || !hours.contains(next.minusMillis(1), zone), where);
    }
  }

  @Test
  void areReadAsTypedAndRefusedByWhatIsWrong() {
    assertEquals("mo-fr 22:00-06:00", Hours.parse("  Mo-Fr  22:00-06:00 ").toString());
    assertSame(Hours.ALWAYS, Hours.parse("mo-su 00:00-24:00"));
    for (String wrong : new String[] {"never", "", "mo 22:30-23:00", "22", "mo-fr 22-", "x"}) {
      assertThrows(IllegalArgumentException.class, () -> Hours.parse(wrong), wrong);
    }
    String many = "mo 1-2,".repeat(1000);
    assertThrows(IllegalArgumentException.class, () -> Hours.parse(many));
  }

  private static final Instant MORNING = at("2026-11-24T08:00:00+01:00");
  private static final Instant EVENING = at("2026-11-24T22:00:00+01:00");
  private static final LimitSettings LIMITED =
      LimitSettings.NONE.with(new LimitsInfo.Change(null, null, null, NIGHTS));

  @Test
  void outsideThemItIsPausedUntilTheyBegin() {
    var shown = LIMITED.shownAt(MORNING, BERLIN);
    assertEquals(EVENING, shown.pausedUntil());
    assertEquals("until 2026-11-24T22:00:00+01:00, outside the hours", shown.until());
    assertNull(LIMITED.shownAt(EVENING, BERLIN).pausedUntil());
    assertTrue(LIMITED.isPausedAt(EVENING.minusMillis(1), BERLIN));
    assertFalse(LIMITED.isPausedAt(EVENING, BERLIN));
  }

  @Test
  void aPauseHoldsWithinThemAndItsEndOutsideThemIsNone() {
    LimitSettings paused = LIMITED.paused(EVENING, Duration.ofHours(2));
    assertTrue(paused.isPausedAt(EVENING.plusSeconds(7199), BERLIN));
    assertFalse(paused.isPausedAt(EVENING.plusSeconds(7200), BERLIN));
    assertEquals(EVENING.plusSeconds(7200), paused.shownAt(EVENING, BERLIN).pausedUntil());
    LimitSettings day = LIMITED.paused(EVENING, Duration.ofHours(12));
    var shown = day.shownAt(EVENING, BERLIN);
    assertTrue(shown.outsideHours());
    assertEquals(EVENING.plus(Duration.ofDays(1)), shown.pausedUntil());
    var endless = LIMITED.paused(MORNING, null).shownAt(MORNING, BERLIN);
    assertEquals("until 'kith resume'", endless.until());
    assertFalse(endless.outsideHours());
  }

  @Test
  void whoResumesOutsideThemGoesOnUntilTheyBegin() {
    LimitSettings resumed = LIMITED.paused(MORNING, null).resumed(MORNING, BERLIN);
    assertFalse(resumed.isPausedAt(MORNING, BERLIN));
    assertEquals(EVENING, resumed.shownAt(MORNING, BERLIN).resumedUntil());
    assertFalse(resumed.isPausedAt(EVENING.minusMillis(1), BERLIN));
    assertNull(resumed.shownAt(EVENING, BERLIN).resumedUntil());
    assertTrue(resumed.isPausedAt(MORNING.plus(Duration.ofDays(1)), BERLIN));
    assertNull(LIMITED.resumed(EVENING, BERLIN).resumedUntil());
    assertTrue(resumed.paused(MORNING, Duration.ofHours(1)).isPausedAt(MORNING, BERLIN));
    var again = resumed.with(new LimitsInfo.Change(null, null, null, NIGHTS));
    assertTrue(again.isPausedAt(MORNING, BERLIN), "hours that are set hold at once");
    var other = resumed.with(new LimitsInfo.Change(50, null, null, null));
    assertFalse(other.isPausedAt(MORNING, BERLIN));
    var always = LIMITED.with(new LimitsInfo.Change(null, null, null, Hours.ALWAYS));
    assertEquals(LimitSettings.NONE, always);
    assertEquals(LimitsInfo.NONE, always.shownAt(MORNING, ZoneOffset.UTC));
  }
}
