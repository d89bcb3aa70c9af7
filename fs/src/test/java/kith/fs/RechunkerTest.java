package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kith.chunker.Chunker;
import kith.chunker.ChunkerParameters;
import kith.chunker.GearTable;
import kith.index.RowView;
import kith.index.StagedRecord;
import kith.index.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RechunkerTest {
  private static final ChunkerParameters PARAMETERS = ChunkerParameters.DEFAULT;

  @TempDir Path folder;
  private DriveFixture drive;

  @BeforeEach
  void open() throws IOException {
    drive = new DriveFixture(folder, new PackTestPartners(4));
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  /** Counts scans of extents. */
  private static final class Counted implements RowView {
    private final RowView rows;
    private int scans;

    Counted(RowView rows) {
      this.rows = rows;
    }

    @Override
    public byte[] get(Table table, byte[] key) throws IOException {
      return rows.get(table, key);
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, RowVisitor visitor) throws IOException {
      scans++;
      rows.scan(table, from, to, visitor);
    }
  }

  /** What is kept, as offset and length. */
  private static final class Kept implements Rechunker.Output {
    private final List<List<Long>> ranges = new ArrayList<>();

    @Override
    public void kept(Extent.Chunked chunk) {
      ranges.add(List.of(chunk.offset(), (long) chunk.length()));
    }

    @Override
    public void cut(long offset, byte[] bytes, List<Extent> origin) {
      throw new AssertionError("nothing is staged");
    }

    @Override
    public void unreadable(Extent range) {
      throw new AssertionError("nothing is damaged");
    }
  }

  @Test
  void aSmallPackedFileIsWalkedInOneScan() throws Exception {
    long inode = drive.write(FileSystem.ROOT, "small", new byte[300]);
    drive.publish();
    Counted rows = new Counted(drive.rows);
    Kept kept = new Kept();

    new Rechunker(new Chunker(PARAMETERS, GearTable.keyed(new byte[32])), PARAMETERS, null, null)
        .walk(rows, inode, kept);

    assertEquals(List.of(List.of(0L, 300L)), kept.ranges);
    assertEquals(1, rows.scans);
  }

  /** Shows bytes in a segment that is gone, and at the third look nothing: they were cut off. */
  private record Vanishing(RowView rows, AtomicInteger looks) implements RowView {
    @Override
    public byte[] get(Table table, byte[] key) throws IOException {
      return rows.get(table, key);
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, RowVisitor visitor) throws IOException {
      if (looks.incrementAndGet() <= 2) {
        var staged = new Extent.Staged(0, 300, 0, new StagedRecord(99, 16, 300));
        var unused = visitor.visit(RowKeys.of(RowKeys.first(from), 0), staged.encode());
      }
    }
  }

  @Test
  void bytesThatWereCutOffWhileTheyWereReadAreNotDamaged() throws Exception {
    long inode = drive.write(FileSystem.ROOT, "cut", new byte[300]);
    var content = new ContentReader(drive.staging, null);
    var damage = new Damage(drive.rows, drive.staging, content);
    var rechunker =
        new Rechunker(
            new Chunker(PARAMETERS, GearTable.keyed(new byte[32])), PARAMETERS, content, damage);
    assertThrows(
        NoSuchFileException.class,
        () -> rechunker.walk(new Vanishing(drive.rows, new AtomicInteger()), inode, new Kept()));
  }
}
