package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.TrackRecord;
import org.junit.jupiter.api.Test;

class TestimoniesTest {
  private static final OwnerId SUBJECT = owner(99);
  private static final Set<NetworkPrefix> THERE = NetworkPrefix.of(List.of("198.51.100.7"));

  private static OwnerId owner(int number) {
    byte[] bytes = new byte[OwnerId.SIZE];
    bytes[0] = (byte) number;
    return new OwnerId(bytes);
  }

  private static Testimony by(int reporter, String host, boolean kept) {
    return new Testimony(owner(reporter), NetworkPrefix.of(List.of(host)), kept, 0);
  }

  private static TrackRecord record(Testimony... testimonies) {
    return Testimonies.of(SUBJECT, THERE, List.of(testimonies));
  }

  @Test
  void independentReportersCountEach() {
    assertEquals(
        new TrackRecord(3, 2, 1),
        record(by(1, "9.1.0.1", true), by(2, "20.2.0.1", true), by(3, "30.3.0.1", false)));
  }

  @Test
  void thoseOfOneHouseholdOrNetworkCountOnce() {
    assertEquals(
        new TrackRecord(1, 1, 0),
        record(by(1, "9.1.0.1", true), by(2, "9.1.0.1", true), by(3, "9.1.77.1", true)));
    assertEquals(
        new TrackRecord(1, 0, 1),
        record(by(1, "9.1.0.1", true), by(2, "9.1.3.3", false)),
        "what went wrong is not drowned by neighbours");
  }

  @Test
  void nobodySpeaksForItselfOrForItsHousehold() {
    var self = new Testimony(SUBJECT, NetworkPrefix.of(List.of("50.1.1.1")), true, 0);
    assertEquals(TrackRecord.NONE, record(self, by(1, "198.51.100.7", true)));
    assertEquals(new TrackRecord(1, 0, 1), record(by(1, "198.51.100.7", false)));
  }

  @Test
  void oneReporterSpeaksOnceAndNotOfLongAgo() {
    var old =
        new Testimony(
            owner(1), Set.of(), false, Testimonies.VALID.plus(Duration.ofDays(1)).toMillis());
    assertEquals(TrackRecord.NONE, record(old));
    assertEquals(
        new TrackRecord(1, 1, 0), record(old, by(1, "9.1.0.1", true), by(1, "9.9.0.1", true)));
  }

  @Test
  void theOrderInWhichTheyAreHeardDoesNotMatter() {
    List<Testimony> all =
        Stream.of(1, 2, 3, 4, 5, 6)
            .map(n -> by(n, (10 + n / 2) + ".1.0.1", n % 3 != 0))
            .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
    TrackRecord expected = Testimonies.of(SUBJECT, THERE, all);
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(all, new Random(seed));
      assertEquals(expected, Testimonies.of(SUBJECT, THERE, all), "seed " + seed);
    }
  }
}
