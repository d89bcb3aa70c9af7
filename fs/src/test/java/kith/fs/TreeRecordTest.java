package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

class TreeRecordTest {
  private static Attributes attributes(FileKind kind) {
    Timestamp mtime = new Timestamp(-2, 999_999_999);
    Timestamp ctime = new Timestamp(1_700_000_000, 1);
    return new Attributes(
        0x123456789aL, kind, 04755, 1000, -2, 3, 5L << 32, 77, 0x801, mtime, mtime, ctime);
  }

  private static TreeRecord record(FileKind kind, TreeRecordContent content) {
    var xattrs = new TreeRecordXattrs(new byte[] {1, 1, 'x', 1, 'y'}, List.of());
    byte[] target = kind == FileKind.SYMLINK ? new byte[] {'t', 'o'} : new byte[0];
    return new TreeRecord(attributes(kind), "ann\u00e9", "users", target, xattrs, content);
  }

  private static List<TreeRecord> samples() {
    var pieces =
        List.of(
            new TreeRecordContent.Piece(0, TreeGolden.ref(1)),
            new TreeRecordContent.Piece(5L << 32, TreeGolden.ref(2)));
    return List.of(
        record(FileKind.REGULAR, new TreeRecordContent.Inline(pieces)),
        record(FileKind.REGULAR, new TreeRecordContent.Table(TreeGolden.ref(3))),
        record(
            FileKind.DIRECTORY,
            new TreeRecordContent.Directory(new DirectoryRef(TreeGolden.ref(4), 9, 1L << 40))),
        record(FileKind.SYMLINK, new TreeRecordContent.None()),
        new TreeRecord(
            attributes(FileKind.REGULAR),
            "",
            "",
            new byte[0],
            new TreeRecordXattrs(new byte[0], List.of(TreeGolden.ref(5), TreeGolden.ref(6))),
            new TreeRecordContent.None()),
        record(
            FileKind.REGULAR,
            new TreeRecordContent.Inline(
                List.of(
                    new TreeRecordContent.Piece(0, TreeGolden.ref(1)),
                    TreeRecordContent.Piece.unreadable(4096, 100_000)))));
  }

  @Test
  void bytesAreThoseOfTheGoldenFilesAndAreReadBack() throws Exception {
    int n = 0;
    for (TreeRecord record : samples()) {
      byte[] bytes = record.toBytes();
      TreeGolden.check("record-" + ++n, bytes);
      TreeRecord back = TreeRecord.ofBytes(bytes);
      assertEquals(record.attributes(), back.attributes());
      assertEquals(record.user(), back.user());
      assertEquals(record.content(), back.content());
      assertArrayEquals(bytes, back.toBytes());
    }
  }

  @Test
  void damageIsCorruptDataOrAnotherRecordButNeverAnythingElse() {
    samples().forEach(record -> TreeGolden.fuzz(record.toBytes(), TreeRecord::ofBytes));
  }

  @Test
  void aRecordOfALaterVersionIsNotGuessedAt() {
    byte[] bytes = samples().get(0).toBytes();
    bytes[0] = 2;
    assertThrows(CorruptDataException.class, () -> TreeRecord.ofBytes(bytes));
  }

  @Test
  void piecesThatOverlapAreCorrupt() {
    var pieces =
        List.of(
            new TreeRecordContent.Piece(0, TreeGolden.ref(1)),
            new TreeRecordContent.Piece(1000, TreeGolden.ref(2)));
    byte[] bytes = record(FileKind.REGULAR, new TreeRecordContent.Inline(pieces)).toBytes();
    assertThrows(CorruptDataException.class, () -> TreeRecord.ofBytes(bytes));
  }

  @Test
  void aRangeThatCannotBeReadIsAPieceOfATableToo() throws Exception {
    var gone = TreeRecordContent.Piece.unreadable(4096, 100_000);
    assertArrayEquals(new byte[] {0, 1, (byte) 0x86, (byte) 0xa0}, gone.value());
    assertEquals(gone, TreeRecordContent.Piece.ofValue(104_096, gone.value()));
    var there = new TreeRecordContent.Piece(5, TreeGolden.ref(1));
    assertEquals(there, TreeRecordContent.Piece.ofValue(there.end(), there.value()));
    assertThrows(
        CorruptDataException.class, () -> TreeRecordContent.Piece.ofValue(99_999, gone.value()));
  }

  @Test
  void onlyADirectoryHasEntries() {
    byte[] bytes = record(FileKind.DIRECTORY, new TreeRecordContent.None()).toBytes();
    assertThrows(CorruptDataException.class, () -> TreeRecord.ofBytes(bytes));
    assertThrows(DriveException.class, () -> samples().get(0).directory());
  }

  @Test
  void nodeRowsDirectoryReferencesAndRootsHaveGoldenBytes() throws Exception {
    byte[] row = new TreeNodeRow(7, FileName.of("n\u00e4me")).toBytes();
    TreeGolden.check("node-row", row);
    assertEquals(new TreeNodeRow(7, FileName.of("n\u00e4me")), TreeNodeRow.ofBytes(row));
    TreeGolden.fuzz(row, TreeNodeRow::ofBytes);
    DirectoryRef ref = new DirectoryRef(TreeGolden.ref(8), 3, 4);
    TreeGolden.check("directory-ref", ref.toBytes());
    assertEquals(ref, DirectoryRef.ofBytes(ref.toBytes()));
    PageMemoryChunks chunks = new PageMemoryChunks();
    ChunkRef root = new TreeRoot(samples().get(2), TreeGolden.ref(9)).put(chunks);
    TreeGolden.check("tree-root", chunks.chunk(root));
    assertEquals(TreeGolden.ref(9), TreeRoot.read(chunks, root).nodes());
    TreeGolden.fuzz(
        chunks.chunk(root), bytes -> TreeGolden.noDisk(() -> TreeRoot.read(ref2 -> bytes, root)));
  }

  @Test
  void aChunkReferenceIsWrittenAsItsOwnClassDoes() throws Exception {
    ChunkRef ref = TreeGolden.ref(3);
    var buffer = java.nio.ByteBuffer.allocate(ChunkRef.SIZE);
    ref.writeTo(buffer);
    byte[] bytes = new PageOutput().chunk(ref).toBytes();
    assertArrayEquals(buffer.array(), bytes);
    assertEquals(ref, new PageInput(bytes, "chunk").chunk());
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
    assertThrows(CorruptDataException.class, () -> new PageInput(shorter, "chunk").chunk());
  }
}
