package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.KithException;
import org.junit.jupiter.api.Test;

/** Rows and the staged bytes that they name, when the power goes at every possible moment. */
final class StagedRowsCrashTest {
  private static final Path STAGING = Path.of("/staging");
  private static final int WRITES = 40;
  private static final long SEGMENT_BYTES = 4000;

  private CrashDisk disk;
  private MemoryStorage storage;
  private int synced;

  @Test
  void everyDurableRowFindsItsBytesAndEverySyncedOneIsDurable() throws IOException, KithException {
    for (long step = 1; ; step++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(step);
      disk = new CrashDisk();
      disk.makeDirectory(STAGING);
      storage = new MemoryStorage();
      storage.duringWrite(() -> disk.list(STAGING)); // no batch is stored without power
      synced = 0;
      disk.losePowerAt(step);
      writeUntilPowerLoss(random);
      boolean finished = !disk.isOff();
      disk.restart(random);
      check("step and seed " + step);
      if (finished) {
        assertTrue(step > WRITES);
        return;
      }
    }
  }

  private void writeUntilPowerLoss(RandomGenerator random) throws IOException {
    try {
      Staging staging = new Staging(disk, STAGING, SEGMENT_BYTES);
      Rows rows = storage.rows(staging);
      for (int i = 0; i < WRITES; i++) {
        StagedRecord record = StagingTest.append(staging, i, length(i));
        rows.apply(new Update().put(Table.EXTENTS, RowsTest.number(i), row(record)));
        if (random.nextInt(8) == 0) {
          rows.sync();
          synced = i + 1;
        }
      }
      rows.sync();
      synced = WRITES;
    } catch (CrashDisk.PowerLoss e) {
      assertTrue(disk.isOff());
    }
  }

  private static int length(int write) {
    return 1 + write * 97 % 1500;
  }

  private static byte[] row(StagedRecord record) {
    return ByteBuffer.allocate(16)
        .putInt(record.segment())
        .putLong(record.position())
        .putInt(record.length())
        .array();
  }

  private void check(String message) throws IOException, KithException {
    int found = 0;
    try (Staging staging = new Staging(disk, STAGING, SEGMENT_BYTES)) {
      Rows rows = storage.rows(staging);
      for (byte[] row = rows.get(Table.EXTENTS, RowsTest.number(0)); row != null; ) {
        ByteBuffer in = ByteBuffer.wrap(row);
        StagedRecord record = new StagedRecord(in.getInt(), in.getLong(), in.getInt());
        assertArrayEquals(
            StagingTest.data(found, length(found)),
            StagingTest.read(staging, record, 0, 2000),
            message);
        row = rows.get(Table.EXTENTS, RowsTest.number(++found));
      }
      int[] count = new int[1];
      rows.scan(Table.EXTENTS, new byte[0], null, (key, value) -> ++count[0] > 0);
      assertEquals(found, count[0], message);
      assertTrue(found >= synced, message);
      int largest = staging.segments().stream().max(Integer::compare).orElse(0);
      assertTrue(StagingTest.append(staging, 1, 10).segment() > largest, message);
    }
  }
}
