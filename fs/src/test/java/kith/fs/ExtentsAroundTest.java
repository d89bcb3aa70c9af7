package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kith.codec.ChunkKey;
import kith.codec.PackId;
import kith.index.StagedRecord;
import org.junit.jupiter.api.Test;

final class ExtentsAroundTest {
  private static final int ROOM = 1 << 20;

  private static Extent chunk(long offset, int length) {
    var key = new ChunkKey(new byte[32]);
    var pack = new PackId(new byte[16]);
    return new Extent.Chunked(offset, length, 0, new ChunkRef(key, length, pack, 0, length));
  }

  private static FileSystem.Range around(List<Extent> extents, long offset, int length, long size) {
    return Extents.around(extents, new FileSystem.Range(offset, length), size, ROOM);
  }

  @Test
  void aPageBringsTheWholePagesOfItsChunk() {
    assertEquals(
        new FileSystem.Range(102_400, 196_608),
        around(List.of(chunk(100_000, 200_000)), 204_800, 4096, 10_000_000));
  }

  @Test
  void atTheEndOfTheFileItBringsTheLastPageToo() {
    assertEquals(
        new FileSystem.Range(102_400, 197_600),
        around(List.of(chunk(100_000, 200_000)), 204_800, 4096, 300_000));
  }

  @Test
  void twoChunksAreBroughtFromTheBeginningOfOneToTheEndOfTheOther() {
    assertEquals(
        new FileSystem.Range(0, 16_384),
        around(List.of(chunk(0, 6000), chunk(6000, 12_000)), 4096, 4096, 100_000));
  }

  @Test
  void whatIsStagedOrAHoleIsReadAlone() {
    var staged = new Extent.Staged(0, 100_000, 0, new StagedRecord(1, 16, 100_000));
    var wanted = new FileSystem.Range(8192, 4096);
    assertEquals(wanted, around(List.of(staged), 8192, 4096, 100_000));
    assertEquals(wanted, around(List.of(), 8192, 4096, 100_000));
  }

  @Test
  void behindTheEndThereIsNothing() {
    assertEquals(new FileSystem.Range(8192, 0), around(List.of(), 8192, 4096, 5000));
  }

  @Test
  void aSmallTargetGetsWhatFits() {
    var wanted = new FileSystem.Range(40_960, 4096);
    assertEquals(
        new FileSystem.Range(40_960, 16_384),
        Extents.around(List.of(chunk(0, 200_000)), wanted, 200_000, 16_384));
    assertEquals(
        new FileSystem.Range(28_672, 16_384),
        Extents.around(List.of(chunk(0, 45_056)), wanted, 200_000, 16_384));
  }
}
