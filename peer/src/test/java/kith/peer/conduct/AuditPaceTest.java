package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

final class AuditPaceTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private static OwnerId id(int number) {
    byte[] bytes = new byte[OwnerId.SIZE];
    bytes[0] = (byte) number;
    bytes[7] = (byte) (number * 31);
    return new OwnerId(bytes);
  }

  /** When rounds are begun by one who looks each minute. */
  private static List<Instant> rounds(long pair, int perDay, Duration time) {
    var rounds = new ArrayList<Instant>();
    Optional<Instant> last = Optional.of(START);
    for (Instant now = START; now.isBefore(START.plus(time)); now = now.plusSeconds(60)) {
      if (AuditPace.due(pair, perDay, last, now)) {
        rounds.add(now);
        last = Optional.of(now);
      }
    }
    return rounds;
  }

  @Test
  void asManyRoundsAsAreWantedSpreadOverTheDay() {
    for (int perDay : new int[] {1, 7, 24, 48, 96}) {
      List<Instant> rounds = rounds(AuditPace.pair(id(1), id(2)), perDay, Duration.ofDays(10));
      assertEquals(perDay * 10.0, rounds.size(), 1, perDay + " a day");
      Duration slot = Duration.ofDays(1).dividedBy(perDay);
      for (int i = 1; i < rounds.size(); i++) {
        Duration between = Duration.between(rounds.get(i - 1), rounds.get(i));
        assertTrue(between.compareTo(slot.multipliedBy(2).plusSeconds(60)) <= 0, between + "");
      }
    }
  }

  @Test
  void partnersAreNotAuditedAtOnce() {
    Set<Instant> moments = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      moments.add(rounds(AuditPace.pair(id(0), id(i + 1)), 24, Duration.ofDays(1)).get(3));
    }
    assertTrue(moments.size() > 20, moments.size() + " of 30");
    assertEquals(
        rounds(AuditPace.pair(id(3), id(4)), 24, Duration.ofDays(2)),
        rounds(AuditPace.pair(id(3), id(4)), 24, Duration.ofDays(2)));
  }

  @Test
  void theAgreementBoundsIt() {
    AuditPace pace = AuditPace.usual();
    assertEquals(48, pace.perDay(Duration.ZERO, 100));
    assertEquals(48, pace.perDay(Duration.ofDays(21).minusSeconds(1), 100));
    assertEquals(24, pace.perDay(Duration.ofDays(21), 100));
    assertEquals(5, pace.perDay(Duration.ofDays(3), 5));
    assertEquals(48, pace.perDay(Duration.ofDays(-3), 100), "a clock that went back");
    assertThrows(IllegalArgumentException.class, () -> new AuditPace(-1, 1, Duration.ZERO));
  }

  @Test
  void aClockThatJumpsNeitherStopsNorDoublesThem() {
    long pair = AuditPace.pair(id(1), id(2));
    assertTrue(AuditPace.due(pair, 24, Optional.empty(), START));
    assertTrue(AuditPace.due(pair, 24, Optional.of(START.plus(Duration.ofDays(300))), START));
    assertFalse(AuditPace.due(pair, 24, Optional.of(START.plusSeconds(3600)), START));
    assertTrue(AuditPace.due(pair, 24, Optional.of(START.minus(Duration.ofDays(300))), START));
    assertFalse(AuditPace.due(pair, 24, Optional.of(START), START), "one, however long it was");
    assertFalse(AuditPace.due(pair, 0, Optional.empty(), START));
  }
}
