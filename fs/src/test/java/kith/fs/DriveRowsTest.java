package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import kith.codec.ChunkKey;
import kith.codec.PackId;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.StagedRecord;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.Test;

/** The stored form of the drive's rows (docs/formats/drive-rows.md). */
final class DriveRowsTest {
  private static final Timestamp TIME = new Timestamp(1_795_238_215L, 123_456_789);

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static final ChunkRef CHUNK =
      new ChunkRef(
          new ChunkKey(filled(32, 0xc1)), 131_072, new PackId(filled(16, 0xa2)), 32, 130_000);

  private static void golden(String name, byte[] bytes) throws IOException {
    try (InputStream in =
        DriveRowsTest.class.getResourceAsStream("/golden/drive/" + name + ".hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      assertEquals(text.replaceAll("\\s", ""), HexFormat.of().formatHex(bytes), name);
    }
  }

  private static InodeRow inode() {
    return new InodeRow(
        FileKind.SYMLINK,
        0777,
        1000,
        1001,
        2,
        6,
        0,
        0,
        TIME,
        new Timestamp(-1, 0),
        TIME,
        "target".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void inodeRowsAreAsDocumented() throws Exception {
    golden("inode", inode().encode());
    InodeRow read = InodeRow.decode(inode().encode());
    assertEquals(inode().attributes(7), read.attributes(7));
    assertArrayEquals(inode().target(), read.target());
  }

  @Test
  void extentRowsAreAsDocumented() throws Exception {
    Extent staged = new Extent.Staged(4096, 1000, 24, new StagedRecord(3, 77, 2000));
    Extent chunked = new Extent.Chunked(8192, 131_000, 72, CHUNK);
    golden("extent-staged", staged.encode());
    golden("extent-chunked", chunked.encode());
    Extent damaged = new Extent.Damaged(200_000, 100_000);
    golden("extent-damaged", damaged.encode());
    assertEquals(damaged, Extent.decode(RowKeys.of(9, 200_000), damaged.encode()));
    assertEquals(staged, Extent.decode(RowKeys.of(9, 4096), staged.encode()));
    assertEquals(chunked, Extent.decode(RowKeys.of(9, 8192), chunked.encode()));
  }

  @Test
  void treeRowsAreAsDocumented() throws Exception {
    TreeRow row = new TreeRow(5, 4, filled(3, 0x9e));
    golden("tree", row.encode());
    Rows rows = new MemoryStorage().rows(() -> {});
    rows.apply(new Update().put(Table.TREES, RowKeys.of(12), row.encode()));
    TreeRow read = TreeRow.of(rows, 12);
    assertEquals(5, read.changed());
    assertEquals(4, read.noted());
    assertArrayEquals(filled(3, 0x9e), read.note());
  }

  @Test
  void snapshotRowsAreAsDocumented() throws Exception {
    var entry =
        new SnapshotEntry(
            3,
            FileName.of("before"),
            Instant.ofEpochSecond(1_795_238_215L),
            Optional.of(CHUNK),
            10,
            20,
            true);
    SnapshotRow row = new SnapshotRow(8, entry);
    golden("snapshot", row.encode());
    assertEquals(row, SnapshotRow.decode(row.key(), row.encode()));
  }

  @Test
  void thePublishedHeadsRowIsAsDocumented() throws Exception {
    Published published =
        new Published(6, 9, Instant.ofEpochMilli(1_795_238_215_123L), 6, 1_000_004, 2);
    Update update = new Update();
    published.put(update);
    Rows rows = new MemoryStorage().rows(() -> {});
    rows.apply(update);
    golden("published", rows.get(Table.META, "published".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.of(published), Published.last(rows));
  }

  @Test
  void theRowOfWhatAHeadNamesIsAsDocumented() throws Exception {
    PackId other = new PackId(filled(16, 0xb3));
    var roots = new HeadRoots.Roots(CHUNK, Optional.of(CHUNK), List.of(CHUNK.pack(), other));
    Update update = new Update();
    HeadRoots.sending(update, 7, roots);
    Rows rows = new MemoryStorage().rows(() -> {});
    rows.apply(update);
    byte[] key = "head.\0\0\0\0\0\0\0\7".getBytes(StandardCharsets.UTF_8);
    golden("head-roots", rows.get(Table.META, key));
    assertEquals(List.of(roots), new HeadRoots(rows).all());
    var alone = new HeadRoots.Roots(CHUNK, Optional.empty(), List.of());
    assertEquals(alone, HeadRoots.Roots.decode(alone.encode()));
    byte[] cut = Arrays.copyOf(roots.encode(), roots.encode().length - 1);
    assertThrows(IOException.class, () -> HeadRoots.Roots.decode(cut));
  }

  @Test
  void damagedRowsAreErrorsAndNeverGuessed() {
    byte[] later = inode().encode();
    later[0] = 2;
    assertThrows(IOException.class, () -> InodeRow.decode(later));
    for (int length = 0; length < inode().encode().length - 6; length++) {
      byte[] cut = Arrays.copyOf(inode().encode(), length);
      assertThrows(IOException.class, () -> InodeRow.decode(cut), "inode row of " + length);
    }
    byte[] extent = new Extent.Chunked(0, 131_072, 0, CHUNK).encode();
    for (int length = 0; length < extent.length; length++) {
      byte[] cut = Arrays.copyOf(extent, length);
      assertThrows(
          IOException.class, () -> Extent.decode(RowKeys.of(1, 0), cut), "extent of " + length);
    }
    byte[] unknown = extent.clone();
    unknown[0] = 4;
    assertThrows(IOException.class, () -> Extent.decode(RowKeys.of(1, 0), unknown));
    assertThrows(IOException.class, () -> LiveTree.Dirent.decode(new byte[8]));
  }

  @Test
  void rowsOfALaterVersionAreRefused() throws Exception {
    Rows rows = new MemoryStorage().rows(() -> {});
    DriveFormat.check(rows);
    DriveFormat.check(rows);
    rows.apply(
        new Update()
            .put(
                Table.META,
                "drive-format".getBytes(StandardCharsets.UTF_8),
                RowKeys.of(DriveFormat.VERSION + 1)));
    assertThrows(IOException.class, () -> DriveFormat.check(rows));
  }
}
