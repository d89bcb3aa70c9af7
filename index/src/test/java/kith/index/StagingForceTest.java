package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;
import org.junit.jupiter.api.Test;

/** Forces that fail, after which the system has dropped what was written and says nothing more. */
final class StagingForceTest {
  private static final Path STAGING = Path.of("/staging");
  private static final int SEEDS = 50;

  private CrashDisk disk;

  private Staging open() throws IOException {
    disk = new CrashDisk();
    disk.makeDirectory(STAGING);
    return openAgain();
  }

  private Staging openAgain() throws IOException {
    return new Staging(disk, STAGING);
  }

  private static void readable(Staging staging, StagedRecord record, int seed)
      throws IOException, KithException {
    byte[] expected = StagingTest.data(seed, record.length());
    assertArrayEquals(expected, StagingTest.read(staging, record, 0, record.length()));
  }

  @Test
  void whatCanStillBeReadIsWrittenOnceMore() throws IOException, KithException {
    for (int seed = 0; seed < SEEDS; seed++) {
      StagedRecord before;
      StagedRecord failed;
      StagedRecord after;
      try (Staging staging = open()) {
        before = StagingTest.append(staging, 1, 2000);
        if (seed % 2 == 0) {
          staging.force();
        }
        failed = StagingTest.append(staging, 2, 3000);
        disk.failForces(1, false);
        staging.force();
        assertFalse(staging.anyLost());
        after = StagingTest.append(staging, 3, 10);
        assertNotEquals(failed.segment(), after.segment());
        staging.force();
      }
      disk.restart(new Random(seed));
      try (Staging staging = openAgain()) {
        readable(staging, before, 1);
        readable(staging, failed, 2);
        readable(staging, after, 3);
      }
    }
  }

  @Test
  void aForceFailsAsLongAsItCannotBeTrueAndThenIs() throws IOException, KithException {
    for (int seed = 0; seed < SEEDS; seed++) {
      StagedRecord failed;
      try (Staging staging = open()) {
        failed = StagingTest.append(staging, 2, 3000);
        disk.failForces(4, false);
        for (int i = 0; i < 3; i++) {
          assertThrows(IOException.class, staging::force);
        }
        readable(staging, failed, 2);
        staging.force();
      }
      disk.restart(new Random(seed));
      try (Staging staging = openAgain()) {
        readable(staging, failed, 2);
      }
    }
  }

  @Test
  void aFullDiskInBetweenIsNotTheEnd() throws IOException, KithException {
    StagedRecord failed;
    try (Staging staging = open()) {
      failed = StagingTest.append(staging, 2, 3000);
      disk.failForces(1, false);
      disk.setFree(1000);
      assertThrows(IOException.class, staging::force);
      assertThrows(IOException.class, staging::force);
      disk.setFree(Long.MAX_VALUE);
      staging.force();
      assertFalse(staging.anyLost());
    }
    disk.restart(new Random(1));
    try (Staging staging = openAgain()) {
      readable(staging, failed, 2);
    }
  }

  @Test
  void whatWasDroppedIsKnownAndNeverReadAsSomethingElse() throws IOException, KithException {
    StagedRecord before;
    StagedRecord lost;
    StagedRecord after;
    try (Staging staging = open()) {
      before = StagingTest.append(staging, 1, 2000);
      staging.force();
      lost = StagingTest.append(staging, 2, 3000);
      readable(staging, lost, 2);
      disk.failForces(1, true);
      staging.force();
      assertTrue(staging.anyLost());
      assertTrue(staging.isLost(lost));
      assertFalse(staging.isLost(before));
      assertThrows(CorruptDataException.class, () -> StagingTest.read(staging, lost, 5, 1));
      readable(staging, before, 1);
      after = StagingTest.append(staging, 3, 10);
      staging.force();
      assertFalse(staging.isLost(after));
      assertEquals(2, staging.segments().size());
    }
    disk.restart(new Random(1));
    try (Staging staging = openAgain()) {
      readable(staging, before, 1);
      readable(staging, after, 3);
      assertThrows(CorruptDataException.class, () -> StagingTest.read(staging, lost, 0, 1));
    }
  }

  @Test
  void aPackThatCouldNotBeForcedIsNotThere() throws IOException {
    disk = new CrashDisk();
    Path packs = Path.of("/packs");
    disk.makeDirectory(packs);
    PackStore store = new PackStore(disk, packs);
    PackId id = new PackId(new byte[PackId.SIZE]);
    byte[] pack = StagingTest.data(1, 5000);
    disk.failForces(1, true);
    assertThrows(IOException.class, () -> store.write(id, pack));
    assertFalse(store.exists(id));
    assertEquals(0, store.bytes());
    disk.failDirectoryForces(1);
    assertThrows(IOException.class, () -> store.write(id, pack));
    assertFalse(store.exists(id));
    store.write(id, pack);
    disk.restart(new Random(1));
    assertArrayEquals(pack, new PackStore(disk, packs).readAll(id));
  }
}
