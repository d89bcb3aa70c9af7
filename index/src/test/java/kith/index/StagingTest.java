package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
  private static final Path STAGING = Path.of("/staging");

  @TempDir Path directory;
  private final CrashDisk disk = new CrashDisk();

  static byte[] read(Staging staging, StagedRecord record, int skip, int count)
      throws IOException, KithException {
    ByteBuffer target = ByteBuffer.allocate(count);
    staging.read(record.segment(), record.position(), record.length(), skip, target);
    return Arrays.copyOf(target.array(), target.position());
  }

  static byte[] data(int seed, int length) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (seed * 7 + i * 13 + i / 256);
    }
    return data;
  }

  static StagedRecord append(Staging staging, int seed, int length) throws IOException {
    return staging.append(seed, seed * 100L, ByteBuffer.wrap(data(seed, length)));
  }

  private Staging onCrashDisk(long segmentBytes) throws IOException {
    disk.makeDirectory(STAGING);
    return new Staging(disk, STAGING, segmentBytes);
  }

  private static Path segment(Path directory, int number) {
    return directory.resolve("%010d.segment".formatted(number));
  }

  @Test
  void readsWhatWasAppended() throws IOException, KithException {
    try (Staging staging = new Staging(directory)) {
      StagedRecord one = append(staging, 1, 1000);
      ByteBuffer source = ByteBuffer.allocateDirect(20).put(data(2, 20)).position(5);
      StagedRecord two = staging.append(2, 9, source);
      assertEquals(5, source.position());
      assertArrayEquals(data(1, 1000), read(staging, one, 0, 2000));
      assertArrayEquals(Arrays.copyOfRange(data(1, 1000), 10, 30), read(staging, one, 10, 20));
      assertArrayEquals(Arrays.copyOfRange(data(1, 1000), 990, 1000), read(staging, one, 990, 20));
      assertArrayEquals(Arrays.copyOfRange(data(2, 20), 5, 20), read(staging, two, 0, 15));
      assertEquals(one.segment(), two.segment());
      assertEquals(one.segment(), staging.activeSegment());
    }
  }

  @Test
  void theBytesOfASegmentAreAsDocumented() throws IOException {
    try (Staging staging = new Staging(directory)) {
      staging.append(0x0102030405060708L, 0x1112131415161718L, ByteBuffer.wrap(new byte[] {9, 8}));
    }
    try (var golden = StagingTest.class.getResourceAsStream("/golden/staging-1.hex")) {
      String expected = new String(golden.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertEquals(
          expected.replaceAll("\\s", ""),
          HexFormat.of().formatHex(Files.readAllBytes(segment(directory, 1))));
    }
  }

  @Test
  void recordsAreBoundedAndNotEmpty() throws IOException {
    try (Staging staging = new Staging(directory)) {
      ByteBuffer tooLong = ByteBuffer.allocate(Staging.MAX_RECORD + 1);
      assertThrows(IllegalArgumentException.class, () -> staging.append(1, 0, tooLong));
      assertThrows(
          IllegalArgumentException.class, () -> staging.append(1, 0, ByteBuffer.allocate(0)));
      StagedRecord longest = staging.append(1, 0, ByteBuffer.allocate(Staging.MAX_RECORD));
      assertEquals(Staging.MAX_RECORD, longest.length());
    }
  }

  @Test
  void rollsToNewSegmentsAndNeverWritesIntoOldOnes() throws IOException, KithException {
    List<StagedRecord> records = new ArrayList<>();
    try (Staging staging = onCrashDisk(1000)) {
      for (int i = 0; i < 10; i++) {
        records.add(append(staging, i, 300));
      }
      assertEquals(List.of(1, 2, 3, 4, 5), staging.segments());
      assertEquals(5 * StagingFormat.SEGMENT_HEADER + 10 * 332, staging.bytes());
      staging.force();
    }
    try (Staging staging = new Staging(disk, STAGING, 1000)) {
      assertEquals(6, append(staging, 10, 5).segment());
      for (int i = 0; i < 10; i++) {
        assertArrayEquals(data(i, 300), read(staging, records.get(i), 0, 300));
      }
    }
  }

  @Test
  void deletedSegmentsAreGone() throws IOException, KithException {
    try (Staging staging = onCrashDisk(1000)) {
      StagedRecord one = append(staging, 1, 900);
      StagedRecord two = append(staging, 2, 900);
      staging.delete(one.segment());
      staging.delete(one.segment());
      assertThrows(NoSuchFileException.class, () -> read(staging, one, 0, 1));
      assertArrayEquals(data(2, 900), read(staging, two, 0, 900));
      staging.delete(two.segment());
      staging.force();
      assertEquals(List.of(), disk.list(STAGING));
      assertEquals(3, append(staging, 3, 10).segment());
    }
  }

  @Test
  void aSealedSegmentIsNotAppendedTo() throws IOException {
    try (Staging staging = onCrashDisk(1000)) {
      append(staging, 1, 10);
      staging.roll();
      assertEquals(0, staging.activeSegment());
      assertEquals(2, append(staging, 2, 10).segment());
    }
  }

  @Test
  void everyFlippedBitIsFound() throws IOException, KithException {
    StagedRecord record;
    try (Staging staging = onCrashDisk(10_000)) {
      record = append(staging, 1, 100);
      append(staging, 2, 10);
    }
    Path file = segment(STAGING, 1);
    for (int i = 0; i < StagingFormat.RECORD_HEADER + 100; i++) {
      long position = record.position() + i;
      disk.flipBit(file, position);
      try (Staging staging = new Staging(disk, STAGING, 10_000)) {
        assertThrows(CorruptDataException.class, () -> read(staging, record, 50, 1), "byte " + i);
      }
      disk.flipBit(file, position);
    }
    try (Staging staging = new Staging(disk, STAGING, 10_000)) {
      assertArrayEquals(data(1, 100), read(staging, record, 0, 100));
    }
  }

  @Test
  void aSegmentThatWasCutIsFound() throws IOException {
    try (Staging staging = onCrashDisk(10_000)) {
      StagedRecord record = append(staging, 1, 100);
      disk.cut(segment(STAGING, 1), record.position() + 100);
      assertThrows(CorruptDataException.class, () -> read(staging, record, 0, 100));
    }
  }

  @Test
  void damageInTheMiddleCostsNoRecordBehindIt() throws IOException, KithException {
    List<StagedRecord> records = new ArrayList<>();
    try (Staging staging = onCrashDisk(1 << 20)) {
      for (int i = 0; i < 5; i++) {
        records.add(append(staging, i, 5000));
      }
      staging.force();
    }
    for (int damaged : new int[] {0, 4, 20, 40}) {
      disk.flipBit(segment(STAGING, 1), records.get(2).position() + damaged);
    }
    try (Staging staging = new Staging(disk, STAGING, 1 << 20)) {
      assertThrows(CorruptDataException.class, () -> read(staging, records.get(2), 0, 1));
      assertArrayEquals(data(4, 5000), read(staging, records.get(4), 0, 5000));
    }
  }

  @Test
  void aTornTailIsCut() throws IOException, KithException {
    StagedRecord first;
    try (Staging staging = onCrashDisk(1 << 20)) {
      first = append(staging, 1, 5000);
      StagedRecord second = append(staging, 2, 5000);
      disk.cut(segment(STAGING, 1), second.position() + 4000);
    }
    try (Staging staging = new Staging(disk, STAGING, 1 << 20)) {
      assertEquals(first.position() + 5032, disk.content(segment(STAGING, 1)).length);
      assertArrayEquals(data(1, 5000), read(staging, first, 0, 5000));
    }
  }

  @Test
  void segmentsWithoutARecordAreRemoved() throws IOException {
    try (Staging staging = onCrashDisk(1 << 20)) {
      append(staging, 1, 10);
      disk.cut(segment(STAGING, 1), 40);
    }
    try (Staging staging = new Staging(disk, STAGING, 1 << 20)) {
      assertEquals(List.of(), staging.segments());
      assertEquals(List.of(), disk.list(STAGING));
    }
  }

  @Test
  void aFullDiskRefusesAndThenGoesOn() throws IOException, KithException {
    try (Staging staging = onCrashDisk(1 << 20)) {
      StagedRecord before = append(staging, 1, 100);
      disk.setFree(500);
      assertThrows(IOException.class, () -> append(staging, 2, 1000));
      disk.setFree(Long.MAX_VALUE);
      StagedRecord after = append(staging, 3, 100);
      assertEquals(before.position() + 132, after.position());
      assertArrayEquals(data(1, 100), read(staging, before, 0, 100));
      assertArrayEquals(data(3, 100), read(staging, after, 0, 100));
    }
  }

  @Test
  void aFullDiskWithoutRoomForASegmentLeavesNoFile() throws IOException {
    try (Staging staging = onCrashDisk(1 << 20)) {
      disk.setFree(10);
      assertThrows(IOException.class, () -> append(staging, 2, 1000));
      assertEquals(List.of(), disk.list(STAGING));
      disk.setFree(Long.MAX_VALUE);
      assertEquals(1, append(staging, 3, 100).segment());
    }
  }

  @Test
  void manyThreadsAppendBesideEachOther() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Staging staging = new Staging(Disk.real(), directory, 100_000)) {
      List<Future<List<StagedRecord>>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int seed = t;
        all.add(
            pool.submit(
                () -> {
                  List<StagedRecord> records = new ArrayList<>();
                  for (int i = 0; i < 200; i++) {
                    records.add(append(staging, seed, 1000 + i));
                    if (i % 50 == seed) {
                      staging.force();
                    }
                  }
                  return records;
                }));
      }
      for (int t = 0; t < threads; t++) {
        List<StagedRecord> records = all.get(t).get();
        for (int i = 0; i < 200; i++) {
          assertArrayEquals(data(t, 1000 + i), read(staging, records.get(i), 0, 2000));
        }
      }
      assertTrue(staging.segments().size() > 5);
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void anInterruptedThreadLosesNothingAndStaysInterrupted() throws IOException, KithException {
    try (Staging staging = new Staging(directory)) {
      StagedRecord before = append(staging, 1, 100);
      Thread.currentThread().interrupt();
      StagedRecord during = append(staging, 2, 100);
      staging.force();
      assertArrayEquals(data(1, 100), read(staging, before, 0, 100));
      assertTrue(Thread.interrupted());
      assertArrayEquals(data(2, 100), read(staging, during, 0, 100));
    }
  }
}
