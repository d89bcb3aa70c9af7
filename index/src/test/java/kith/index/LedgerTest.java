package kith.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGeneratorFactory;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.OwnerId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTest {
  private static final Path DIRECTORY = Path.of("/ledgers");
  private static final OwnerId OWNER = HoldingStoreContract.OWNER;
  private static final OwnerId HOLDER = HoldingStoreContract.HOLDER;
  private static final Path FILE = Ledger.path(DIRECTORY, OWNER, HOLDER);

  @TempDir Path directory;
  private CrashDisk disk = new CrashDisk();

  @BeforeEach
  void makeDirectory() {
    disk.makeDirectory(DIRECTORY);
  }

  private Ledger open() throws IOException, KithException {
    return Ledger.open(disk, FILE, OWNER, HOLDER);
  }

  private static LedgerChange change(int number) {
    byte[] root = new byte[Digest.SIZE];
    Arrays.fill(root, (byte) number);
    LedgerChange.Kind kind = number % 3 == 2 ? LedgerChange.Kind.DROP : LedgerChange.Kind.PUT;
    return new LedgerChange(
        kind, HoldingStoreContract.name(number), 1000 + number, new Digest(root), 5000 + number);
  }

  @Test
  void entriesFollowEachOtherAcrossStarts() throws IOException, KithException {
    LedgerPosition at = LedgerPosition.start(OWNER, HOLDER, 1);
    for (int i = 0; i < 6; i++) {
      try (Ledger ledger = open()) {
        assertEquals(at, ledger.position());
        LedgerEntry entry = ledger.append(change(i));
        assertEquals(i, entry.sequence());
        assertEquals(change(i), entry.change());
        assertTrue(entry.follows(at));
        at = entry.position(1);
        assertEquals(at, ledger.position());
        ledger.verify();
      }
    }
  }

  @Test
  void theBytesOfALedgerAreAsDocumented() throws IOException, KithException {
    try (Ledger ledger = open()) {
      ledger.append(change(1));
      ledger.append(change(2));
    }
    try (var golden = LedgerTest.class.getResourceAsStream("/golden/ledger-1.hex")) {
      String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected.replaceAll("\\s", ""), HexFormat.of().formatHex(disk.content(FILE)));
    }
  }

  @Test
  void ownersHoldersAndGenerationsHaveDifferentChains() {
    LedgerPosition start = LedgerPosition.start(OWNER, HOLDER, 1);
    assertFalse(start.digest().equals(LedgerPosition.start(HOLDER, OWNER, 1).digest()));
    assertFalse(start.digest().equals(LedgerPosition.start(OWNER, HOLDER, 2).digest()));
  }

  @Test
  void aLedgerOfAnotherOwnerIsRefused() throws IOException, KithException {
    open().close();
    assertThrows(CorruptDataException.class, () -> Ledger.open(disk, FILE, HOLDER, HOLDER).close());
  }

  @Test
  void aMirrorTakesOverTheSameChain() throws IOException, KithException {
    try (Ledger ledger = open();
        Ledger mirror = Ledger.open(directory, OWNER, HOLDER)) {
      for (int i = 0; i < 5; i++) {
        ledger.append(change(i));
      }
      mirror.accept(ledger.entries(0, 3));
      mirror.accept(ledger.entries(1, 100));
      assertEquals(ledger.position(), mirror.position());
      assertEquals(ledger.position(2), mirror.position(2));
      mirror.verify();
    }
  }

  @Test
  void aMirrorRefusesAnotherHistoryAndGaps() throws IOException, KithException {
    try (Ledger ledger = open();
        Ledger mirror = Ledger.open(directory, OWNER, HOLDER)) {
      LedgerEntry first = ledger.append(change(0));
      LedgerEntry second = ledger.append(change(1));
      assertThrows(CorruptDataException.class, () -> mirror.accept(List.of(second)));
      mirror.accept(List.of(first));
      LedgerEntry other = LedgerEntry.next(LedgerPosition.start(OWNER, HOLDER, 1), change(7));
      assertThrows(CorruptDataException.class, () -> mirror.accept(List.of(other)));
      assertThrows(
          CorruptDataException.class,
          () -> mirror.accept(List.of(new LedgerEntry(1, change(3), second.digest()))));
      assertEquals(1, mirror.position().count());
      mirror.accept(List.of(first, second));
      assertEquals(ledger.position(), mirror.position());
    }
  }

  @Test
  void aNewGenerationBeginsEmpty() throws IOException, KithException {
    try (Ledger ledger = Ledger.open(directory, OWNER, HOLDER)) {
      ledger.append(change(0));
    }
    try (Ledger ledger = Ledger.begin(directory, OWNER, HOLDER, 2)) {
      assertEquals(LedgerPosition.start(OWNER, HOLDER, 2), ledger.position());
      ledger.append(change(5));
    }
    try (Ledger ledger = Ledger.open(directory, OWNER, HOLDER)) {
      assertEquals(2, ledger.position().generation());
      assertEquals(change(5), ledger.entries(0, 5).get(0).change());
    }
  }

  @Test
  void aTornTailIsCutAtAnyByte() throws IOException, KithException {
    try (Ledger ledger = open()) {
      for (int i = 0; i < 3; i++) {
        ledger.append(change(i));
      }
    }
    byte[] whole = disk.content(FILE);
    for (int length = whole.length - 1; length >= LedgerFile.HEADER; length--) {
      disk.cut(FILE, length);
      try (Ledger ledger = open()) {
        int left = (length - LedgerFile.HEADER) / LedgerEntry.SIZE;
        assertEquals(left, ledger.position().count());
        assertEquals(LedgerFile.offset(left), disk.content(FILE).length);
      }
    }
  }

  @Test
  void everyFlippedBitIsFound() throws IOException, KithException {
    try (Ledger ledger = open()) {
      for (int i = 0; i < 3; i++) {
        ledger.append(change(i));
      }
      int end = disk.content(FILE).length;
      for (int position = LedgerFile.HEADER; position < end; position++) {
        disk.flipBit(FILE, position);
        assertThrows(CorruptDataException.class, ledger::verify, "byte " + position);
        disk.flipBit(FILE, position);
      }
      ledger.verify();
      for (int position = 0; position < LedgerFile.HEADER; position++) {
        disk.flipBit(FILE, position);
        assertThrows(CorruptDataException.class, this::open, "byte " + position);
        disk.flipBit(FILE, position);
      }
    }
  }

  @Test
  void damageFarFromTheEndIsNotTakenForATornTail() throws IOException, KithException {
    try (Ledger ledger = open()) {
      for (int i = 0; i < Ledger.MAX_GROUP + 2; i++) {
        ledger.append(change(i));
      }
    }
    disk.flipBit(FILE, LedgerFile.offset(1) + 50);
    int length = disk.content(FILE).length;
    assertThrows(CorruptDataException.class, this::open);
    assertEquals(length, disk.content(FILE).length);
  }

  @Test
  void entriesThatComeTogetherAreForcedTogether() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Ledger ledger = Ledger.open(directory, OWNER, HOLDER)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        all.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    LedgerEntry entry = ledger.append(change(i));
                    assertTrue(ledger.position().count() > entry.sequence());
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
      assertEquals(200, ledger.position().count());
      ledger.verify();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aFullDiskLosesNoEntryThatWasAcknowledged() throws IOException, KithException {
    try (Ledger ledger = open()) {
      LedgerEntry first = ledger.append(change(0));
      disk.setFree(50);
      assertThrows(IOException.class, () -> ledger.append(change(1)));
      assertEquals(1, ledger.position().count());
      assertThrows(IOException.class, () -> ledger.append(change(2)));
      disk.setFree(Long.MAX_VALUE);
      ledger.append(change(3));
      ledger.verify();
      assertEquals(first, ledger.entries(0, 1).get(0));
      assertEquals(change(3), ledger.entries(ledger.position().count() - 1, 1).get(0).change());
    }
  }

  @Test
  void afterAPowerLossAllAcknowledgedEntriesStand() throws IOException, KithException {
    for (long step = 1; ; step++) {
      disk = new CrashDisk();
      makeDirectory();
      disk.losePowerAt(step);
      List<LedgerEntry> acknowledged = new ArrayList<>();
      appendUntilPowerLoss(acknowledged);
      boolean finished = !disk.isOff();
      disk.restart(RandomGeneratorFactory.of("L64X128MixRandom").create(step));
      try (Ledger ledger = open()) {
        int count = acknowledged.size();
        assertEquals(acknowledged, ledger.entries(0, count), "step and seed " + step);
        ledger.append(change(50));
        ledger.verify();
      }
      if (finished) {
        assertTrue(step > 20);
        return;
      }
    }
  }

  private void appendUntilPowerLoss(List<LedgerEntry> acknowledged)
      throws IOException, KithException {
    try (Ledger ledger = open()) {
      for (int i = 0; i < 8; i++) {
        acknowledged.add(ledger.append(change(i)));
      }
    } catch (CrashDisk.PowerLoss e) {
      assertTrue(disk.isOff());
    }
  }
}
