package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import kith.index.CrashDisk;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Staging;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writers before a disk without room, in a time that passes only while they wait. */
final class CacheGateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long RESERVE = 10 << 20;
  private static final int BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestSpace space = new TestSpace();
  private final WaitingTime time = new WaitingTime();
  private CacheGate gate;
  private long shipped;

  /** Happens each time somebody has waited for a moment. */
  private interface Event {
    void run() throws IOException;
  }

  private static final class WaitingTime implements CacheGate.Time {
    long now = -5 * SECOND;
    long began;
    Event event = () -> {};

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void await(Condition changed, long nanos) throws InterruptedException {
      now += nanos;
      try {
        event.run();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    void begin() {
      began = now;
    }

    long seconds() {
      return (now - began) / SECOND;
    }
  }

  @BeforeEach
  void open() throws IOException {
    CrashDisk disk = new CrashDisk();
    Path staging = Path.of("/staging");
    Path packs = Path.of("/packs");
    disk.makeDirectory(staging);
    disk.makeDirectory(packs);
    Staging staged = new Staging(disk, staging);
    CacheSettings settings = new CacheSettings(Long.MAX_VALUE / 4, RESERVE, space, PATIENCE, 2);
    CacheRoom room =
        new CacheRoom(
            settings,
            new PackStore(disk, packs),
            staged,
            new StagingUse(new MemoryStorage().rows(staged)));
    gate = new CacheGate(room, () -> shipped, time);
    time.begin();
  }

  private void refused() {
    DriveException refusal = assertThrows(DriveException.class, () -> gate.admit(BYTES));
    assertEquals(DriveException.Reason.NO_SPACE, refusal.reason());
    assertEquals(0, gate.waiting());
  }

  private void fill() {
    space.free = RESERVE;
  }

  private void makeRoom() {
    space.free = RESERVE + 10L * BYTES;
    gate.roomMade();
  }

  /** Makes room after so many seconds. */
  private void makeRoomAfter(long seconds) {
    long then = time.now + seconds * SECOND;
    time.event =
        () -> {
          assertEquals(1, gate.waiting());
          assertTrue(gate.isTight());
          if (time.now >= then) {
            makeRoom();
          }
        };
  }

  @Test
  void whereThereIsRoomNobodyWaits() throws IOException {
    gate.admit(BYTES);
    assertEquals(0, time.seconds());
    assertTrue(gate.admits(BYTES));
  }

  @Test
  void aWriterThatWaitsIsLetInWhenRoomIsMade() throws IOException {
    fill();
    assertFalse(gate.admits(BYTES));
    makeRoomAfter(29);
    gate.admit(BYTES);
    assertEquals(29, time.seconds());
    assertEquals(0, gate.waiting());
  }

  @Test
  void aSecondShortageHasPatienceOfItsOwn() throws IOException {
    for (int i = 0; i < 3; i++) {
      fill();
      makeRoomAfter(29);
      time.begin();
      gate.admit(BYTES);
      assertEquals(29, time.seconds());
      time.now += 40 * SECOND;
    }
  }

  @Test
  void whoWaitsInVainIsRefusedAndThoseAfterHimAtOnce() throws IOException {
    fill();
    refused();
    assertEquals(30, time.seconds());
    for (int i = 0; i < 5; i++) {
      time.now += 5 * SECOND;
      time.begin();
      refused();
      assertEquals(0, time.seconds());
    }
  }

  @Test
  void afterAPausePatienceIsFresh() throws IOException {
    fill();
    refused();
    time.now += 31 * SECOND;
    makeRoomAfter(20);
    time.begin();
    gate.admit(BYTES);
    assertEquals(20, time.seconds());
  }

  @Test
  void roomThatIsMadeAfterARefusalLetsTheNextOneIn() throws IOException {
    fill();
    refused();
    makeRoom();
    time.begin();
    gate.admit(BYTES);
    assertEquals(0, time.seconds());
  }

  @Test
  void asLongAsSomethingIsShippedWritersWaitButNotForEver() {
    fill();
    time.event = () -> shipped++;
    refused();
    assertEquals(300, time.seconds());
  }

  @Test
  void moreThanSoManyDoNotWait() throws IOException {
    fill();
    int[] depth = {1};
    time.event =
        () -> {
          assertEquals(depth[0], gate.waiting());
          if (depth[0] == 1) {
            depth[0] = 2;
            gate.admit(BYTES); // another one, who waits beside
            depth[0] = 1;
          } else {
            assertThrows(DriveException.class, () -> gate.admit(BYTES));
            assertEquals(2, gate.waiting());
            makeRoom();
          }
        };
    gate.admit(BYTES);
    assertEquals(0, gate.waiting());
  }

  @Test
  void closingLetsAllGo() {
    fill();
    time.event = gate::close;
    refused();
    assertEquals(0, time.seconds());
  }

  @Test
  void allOfALengthMustHaveRoomAtOnce() throws IOException {
    space.free = RESERVE + 20L * BYTES;
    gate.admitNow(10L * BYTES);
    assertThrows(DriveException.class, () -> gate.admitNow(10L * BYTES + 1));
    assertThrows(DriveException.class, () -> gate.admitNow(Long.MAX_VALUE));
    assertEquals(0, time.seconds());
  }
}
