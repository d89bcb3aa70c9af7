package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.fs.FileSystem;
import kith.fs.UnexpectedLogs;
import kith.peer.MessageKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Limits and pauses of a node among partners, in virtual time. */
@ExtendWith(UnexpectedLogs.class)
final class LimitsTest {
  private static final Rate MEBI = Rate.parse("1 MiB/s");

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private int files;

  @BeforeEach
  void befriend() throws Exception {
    net = new OneJvm(folder, 42);
    owner = net.add(CodeParameters.of(4, 2));
    for (int i = 0; i < 7; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    Files.writeString(owner.home.resolve(ConfigFile.NAME), "{}");
    assertTrue(owner.core.check().passed());
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private void write(int bytes) throws Exception {
    byte[] content = new byte[bytes];
    new Random(++files).nextBytes(content);
    OneJvm.write(owner.files(), FileSystem.ROOT, "file" + files, content);
  }

  private void awaitSafe() throws Exception {
    new SafeWait(
            owner.core.engine(),
            net.clock,
            Duration.ofHours(9),
            ProgressSink.NONE,
            owner.core.limits())
        .run(() -> 7);
  }

  /** Writes so much, and returns the seconds until it is safe. */
  private double seconds(int bytes) throws Exception {
    write(bytes);
    Instant before = net.clock.instant();
    awaitSafe();
    return Duration.between(before, net.clock.instant()).toMillis() / 1000.0;
  }

  private static LimitsInfo.Change upload(Rate rate) {
    return new LimitsInfo.Change(null, rate, null, null);
  }

  @Test
  void anUploadWithinALimitTakesTheTimeThatItMustAndNothingIsSentTwice() throws Exception {
    owner.core.limits().change(upload(Rate.parse("64 KiB/s")));
    net.network.resetCounts();
    double took = seconds(40 << 20);
    double expected = net.network.bytes() * 1.045 / (64 << 10);
    assertTrue(took > 0.97 * expected && took < 1.03 * expected, took + " s, not " + expected);
    assertTrue(took > 900, "longer than any deadline of a put: " + took);
    long shards = net.network.count(MessageKind.PUT_COMMIT);
    assertEquals(0, shards % 6);
    assertEquals(shards, net.network.count(MessageKind.PUT_OPEN));
  }

  @Test
  void aChangeHoldsAtOnceAndAfterTheNextStart() throws Exception {
    assertEquals(0, seconds(4 << 20), 0.01);
    owner.core.limits().change(upload(MEBI));
    assertTrue(seconds(4 << 20) > 5);
    assertEquals(MEBI, ConfigFile.read(owner.home).limits().uploadRate());
    owner.core.limits().change(upload(Rate.NONE));
    assertEquals(0, seconds(4 << 20), 0.01);
    assertNull(ConfigFile.read(owner.home).limits().uploadRate());
  }

  @Test
  void whileItIsPausedNothingIsSentAndWhoWaitsIsTold() throws Exception {
    write(1 << 20);
    owner.core.limits().pause(Duration.ofHours(2));
    net.network.resetCounts();
    NodeException paused = assertThrows(NodeException.class, this::awaitSafe);
    assertEquals(ExitCode.PAUSED, paused.code());
    assertTrue(paused.getMessage().contains("kith resume"), paused.getMessage());
    assertEquals(0, net.network.count(MessageKind.PUT_BLOCKS));
    assertTrue(
        ConfigFile.read(owner.home)
            .limits()
            .settings()
            .isPausedAt(net.clock.instant(), OneJvm.ZONE));
    net.clock.advance(Duration.ofHours(2));
    assertFalse(owner.core.limits().isPaused());
    owner.core.limits().tick();
    awaitSafe();
  }

  @Test
  void aPauseWithoutAnEndEndsWhenItIsResumed() throws Exception {
    write(1 << 20);
    owner.core.limits().pause(null);
    net.clock.advance(Duration.ofDays(90));
    assertTrue(owner.core.limits().isPaused());
    assertEquals(LimitsInfo.NONE, owner.core.limits().resume());
    awaitSafe();
    assertNull(ConfigFile.read(owner.home).limits().pausedUntil());
  }

  private static LimitsInfo.Change hours(String hours) {
    return new LimitsInfo.Change(null, null, null, Hours.parse(hours));
  }

  @Test
  void outsideTheHoursNothingIsSentAndWhoWaitsIsToldUntilWhen() throws Exception {
    int hour = net.clock.instant().atZone(OneJvm.ZONE).getHour();
    write(1 << 20);
    owner.core.limits().change(hours((hour + 2) % 24 + ":00-" + (hour + 3) % 24 + ":00"));
    net.network.resetCounts();
    NodeException paused = assertThrows(NodeException.class, this::awaitSafe);
    assertEquals(ExitCode.PAUSED, paused.code());
    assertTrue(paused.getMessage().contains("outside the hours"), paused.getMessage());
    assertTrue(paused.getMessage().contains(":00:00+0"), paused.getMessage());
    assertEquals(0, net.network.count(MessageKind.PUT_BLOCKS));
    net.clock.advance(
        Duration.between(net.clock.instant(), owner.core.limits().now().pausedUntil()));
    owner.core.limits().tick();
    awaitSafe();
    write(1 << 20);
    net.clock.advance(Duration.ofHours(1));
    assertThrows(NodeException.class, this::awaitSafe);
    owner.core.limits().change(hours("always"));
    awaitSafe();
    assertNull(ConfigFile.read(owner.home).limits().hours());
  }

  @Test
  void whoResumesOutsideTheHoursShipsAtOnceAndOverARestart() throws Exception {
    int hour = net.clock.instant().atZone(OneJvm.ZONE).getHour();
    owner.core.limits().change(hours((hour + 2) % 24 + "-" + (hour + 3) % 24));
    write(1 << 20);
    owner.core.limits().resume();
    awaitSafe();
    var kept = ConfigFile.read(owner.home).limits().settings();
    assertFalse(kept.isPausedAt(net.clock.instant(), OneJvm.ZONE));
    assertTrue(kept.isPausedAt(net.clock.instant().plus(Duration.ofHours(5)), OneJvm.ZONE));
  }
}
