package kith.peer.choice;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Random;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {
  private static final long SEED = 77;
  private static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "always | 168 | always",
        "never | 0 | never",
        "mon-fri 18-24, sat-sun 0-24 | 78 | mon-fri 18-24, sat-sun 0-24",
        "  MON - FRI  18 - 24 ,sat | 54 | mon-fri 18-24, sat 0-24",
        "fri 22-6 | 8 | fri 22-24, sat 0-6",
        "sat-mon | 72 | mon 0-24, sat-sun 0-24",
        "8-20 | 84 | mon-sun 8-20",
        "sun 23-1 | 2 | mon 0-1, sun 23-24",
        "tue 5-5 | 24 | tue 5-24, wed 0-5",
        "mon 0-1, mon 2-3 | 2 | mon 0-1, mon 2-3",
        "mo-fr 22:00-06:00, sa-su 00:00-24:00 | 82 |"
            + " mon 22-24, tue-fri 0-6, tue-fri 22-24, sat-sun 0-24",
        "su 23:00-1 | 2 | mon 0-1, sun 23-24",
        "mo-sun 7:00-8:00 | 7 | mon-sun 7-8",
        "mon-sun 0-24 | 168 | always"
      })
  void readsWhatPeopleWrite(String text, int hours, String shown) {
    Schedule schedule = Schedule.parse(text);
    assertEquals(hours, schedule.size());
    assertEquals(shown, schedule.toString());
    assertEquals(schedule, Schedule.parse(schedule.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "mon,",
        "m",
        "mu 1-2",
        "monday",
        "mo 22:0-23",
        "mo 22:000-23",
        "mo 22:-23",
        "mo 22:60-23",
        "mon 25-3",
        "mon 3",
        "mon 24-3",
        "mon-",
        "mon 1-99",
        "mon1-2",
        "1-2 mon",
        "mon fri",
        "always, mon",
        "-1-2",
        "mon 1--2"
      })
  void refusesWhatMeansNothingAndSaysWhatItWants(String text) {
    var refused = assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text));
    assertTrue(refused.getMessage().contains("mon-fri 18-24"), refused.getMessage());
  }

  @Test
  void minutesAreRefusedByName() {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> Schedule.parse("mo 22:30-23:00"));
    assertTrue(refused.getMessage().contains("'mo 22:30-23:00' has minutes"), refused.getMessage());
  }

  @Test
  void anyTextIsReadOrRefusedAndWhatIsReadIsShownTheSame() {
    Random random = new Random(SEED);
    String letters = "mon tuewdthfrisa-0123456789,  \u0661\ud83d";
    String[] parts = {"mon", "sun", "-", " ", "0", "24", ",", "always", "18-24", "fri", "\t"};
    int understood = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(9); j >= 0; j--) {
        text.append(
            i % 2 == 0
                ? parts[random.nextInt(parts.length)]
                : letters.charAt(random.nextInt(letters.length())));
      }
      try {
        Schedule read = Schedule.parse(text.toString());
        assertEquals(read, Schedule.parse(read.toString()), "seed " + SEED + ": " + text);
        understood++;
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("schedule"), "seed " + SEED + ": " + text);
      }
    }
    assertTrue(understood > 100, understood + " were schedules");
    assertThrows(IllegalArgumentException.class, () -> Schedule.parse("mon,".repeat(10_000)));
  }

  @Test
  void bytesAreThoseOfAgreements() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[Schedule.BYTES];
      random.nextBytes(bytes);
      Schedule schedule = Schedule.ofBytes(bytes);
      assertEquals(schedule, Schedule.ofBytes(schedule.toBytes()));
      assertEquals(schedule, Schedule.parse(schedule.toString()), "seed " + SEED);
      assertEquals(BitSet.valueOf(bytes).cardinality(), schedule.size());
    }
    assertEquals(1, Schedule.parse("mon 0-1").toBytes()[0]);
    assertEquals((byte) 0x80, Schedule.parse("sun 23-24").toBytes()[20]);
    assertThrows(CorruptDataException.class, () -> Schedule.ofBytes(new byte[22]));
  }

  @Test
  void hoursBeginOnMondayInUtc() {
    assertEquals(0, Schedule.hourOf(MONDAY));
    assertEquals(167, Schedule.hourOf(MONDAY.minusSeconds(1)));
    assertEquals(3 * 24, Schedule.hourOf(Instant.EPOCH));
    assertEquals(3 * 24 - 1, Schedule.hourOf(Instant.EPOCH.minusSeconds(1)));
    assertEquals(12, Schedule.parse("mon-fri 18-24").overlap(Schedule.parse("thu-sun 12-24")));
    assertEquals(0, Schedule.parse("mon").overlap(Schedule.parse("tue")));
  }

  private static void observe(Availability seen, int weeks, Schedule there) {
    for (int hour = 0; hour < weeks * Schedule.HOURS; hour++) {
      for (int minute = 0; minute < 60; minute += 10) {
        Instant at = MONDAY.plus(Duration.ofHours(hour)).plusSeconds(60L * minute);
        boolean complete = seen.note(at, there.contains(hour % Schedule.HOURS));
        assertEquals(hour > 0 && minute == 0, complete);
      }
    }
  }

  @Test
  void whatWasObservedIsKeptInFewBytesAndMeasuredAgainstWhatWasStated() throws Exception {
    Availability seen = new Availability();
    Schedule evenings = Schedule.parse("mon-fri 18-24");
    assertTrue(seen.kept(evenings).isEmpty());
    observe(seen, 3, evenings);
    assertEquals(evenings, seen.observed());
    assertEquals(168, seen.hoursKnown());
    assertEquals(1.0, seen.kept(evenings).getAsDouble());
    assertEquals(30 / 168.0, seen.kept(Schedule.ALWAYS).getAsDouble(), 1e-9);
    byte[] stored = seen.toBytes();
    assertEquals(345, stored.length);
    Availability again = Availability.ofBytes(stored);
    assertEquals(evenings, again.observed());
    again.note(MONDAY.plus(Duration.ofDays(30)), true);
    assertFalse(again.kept(evenings).isEmpty());
  }

  /** What was once stored must be understood for ever. */
  @Test
  void theStoredFormIsTheGoldenOne() throws Exception {
    Availability seen = new Availability();
    for (int hour = 0; hour < 30; hour++) {
      for (int i = 0; i < 4; i++) {
        seen.note(MONDAY.plus(Duration.ofHours(hour)), i < hour % 5);
      }
    }
    byte[] golden;
    try (var in = ScheduleTest.class.getResourceAsStream("/golden/availability.hex")) {
      golden =
          HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
    }
    assertArrayEquals(golden, seen.toBytes());
    assertArrayEquals(golden, Availability.ofBytes(golden).toBytes());
  }

  @Test
  void theLastWeeksCountMost() {
    Availability seen = new Availability();
    observe(seen, 4, Schedule.ALWAYS);
    Availability gone = new Availability();
    for (int hour = 0; hour < 8 * Schedule.HOURS; hour++) {
      gone.note(MONDAY.plus(Duration.ofHours(hour)), hour < 4 * Schedule.HOURS);
    }
    assertEquals(1.0, seen.kept(Schedule.ALWAYS).getAsDouble());
    assertTrue(gone.kept(Schedule.ALWAYS).getAsDouble() < 0.35);
  }

  @Test
  void damagedObservationsAreRefusedOrBounded() {
    Random random = new Random(SEED);
    byte[] good = new Availability().toBytes();
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j < 20; j++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        Availability read = Availability.ofBytes(bad);
        read.note(MONDAY, true);
        double kept = read.kept(Schedule.ALWAYS).orElse(0);
        assertTrue(kept >= 0 && kept <= 1, "seed " + SEED);
      } catch (CorruptDataException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000);
    assertThrows(CorruptDataException.class, () -> Availability.ofBytes(new byte[3]));
  }
}
