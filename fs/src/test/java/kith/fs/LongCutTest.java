package kith.fs;

import static kith.fs.DriveFixture.ME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import kith.index.CrashDisk;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of very many extents that are cut. */
final class LongCutTest {
  private static final Path STAGING = Path.of("/staging");
  private static final Path PACKS = Path.of("/packs");
  private static final int EXTENTS = 3 * LongCut.STEP + 10;
  private static final int KEPT = 1005;

  private final MemoryStorage storage = new MemoryStorage();
  private final byte[] whole = new byte[2 * EXTENTS];
  private DriveFixture drive;
  private Staging staging;
  private long inode;

  @BeforeEach
  void write() throws IOException {
    CrashDisk disk = new CrashDisk();
    disk.makeDirectory(STAGING);
    disk.makeDirectory(PACKS);
    drive =
        new DriveFixture(
            () -> {
              staging = new Staging(disk, STAGING);
              return new DriveFixture.Disks.Opened(
                  storage.rows(staging), staging, new PackStore(disk, PACKS), () -> {});
            },
            new PackTestPartners(4),
            new PackTestNode.Clock());
    Arrays.fill(whole, (byte) 7);
    inode = drive.write(FileSystem.ROOT, "file", new byte[0]);
    FileSystem.Opened file = drive.fs.open(inode, true);
    for (int i = 0; i < EXTENTS; i++) {
      drive.fs.write(file.handle(), 2L * i, ByteBuffer.wrap(whole, 2 * i, 2));
    }
    drive.fs.release(file.handle());
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  private int extents(Rows rows) throws IOException {
    int[] count = {0};
    Extents.visit(rows, inode, 0, Long.MAX_VALUE, extent -> ++count[0] > 0);
    return count[0];
  }

  private void cut(long size) throws IOException {
    drive.fs.change(ME, inode, AttributeChange.size(size));
  }

  private void grownAgainReadsAsZeros() throws IOException {
    byte[] expected = Arrays.copyOf(Arrays.copyOf(whole, KEPT), whole.length);
    cut(whole.length);
    assertArrayEquals(expected, DriveFixture.read(drive.fs, inode));
  }

  @Test
  void aFileOfManyExtentsIsCutAndGrowsAgainWithZeros() throws IOException {
    assertEquals(EXTENTS, extents(drive.rows));
    cut(KEPT);
    assertEquals((KEPT + 1) / 2, extents(drive.rows));
    assertEquals((KEPT + 511) / 512, drive.fs.attributes(inode).blocks());
    assertEquals(null, drive.rows.get(Table.META, LongCut.key(inode)));
    grownAgainReadsAsZeros();
    cut(0);
    assertEquals(0, extents(drive.rows));
  }

  @Test
  void aHoleOverManyExtentsIsMadeInSteps() throws IOException {
    int from = 11;
    int to = whole.length - 11;
    long before = drive.engine.changes();
    FileSystem.Opened file = drive.fs.open(inode, true);
    drive.fs.allocate(file.handle(), from, to - from, FileSystem.AllocateMode.PUNCH_HOLE);
    drive.fs.release(file.handle());
    assertTrue(drive.engine.changes() - before >= EXTENTS / LongCut.STEP, "in steps");
    Arrays.fill(whole, from, to, (byte) 0);
    assertArrayEquals(whole, DriveFixture.read(drive.fs, inode));
    assertEquals(12, extents(drive.rows));
    assertEquals(1, drive.fs.attributes(inode).blocks(), "the space is back");
  }

  /** A crash after the first update: the length is new, and most of the extents are there. */
  private void cutHalf() throws IOException {
    LiveTree live = new LiveTree(drive.rows, staging, new PackTestNode.Clock(), ME);
    Update update = new Update();
    InodeRow row = live.inode(inode);
    new LongCut(live, LongCut.STEP).begin(update, inode, KEPT);
    live.put(update, inode, row.withContent(KEPT, KEPT, live.now()));
    drive.rows.apply(update);
    drive.rows.sync();
    assertTrue(extents(drive.rows) > LongCut.STEP);
  }

  @Test
  void aCrashInBetweenIsFinishedAtTheStart() throws IOException {
    cutHalf();
    drive = drive.afterCrash();
    assertEquals((KEPT + 1) / 2, extents(drive.rows));
    assertEquals(null, drive.rows.get(Table.META, LongCut.key(inode)));
    assertArrayEquals(Arrays.copyOf(whole, KEPT), DriveFixture.read(drive.fs, inode));
    grownAgainReadsAsZeros();
  }

  @Test
  void aTreeThatIsMadeInBetweenHasTheFileAsItIs() throws Exception {
    cutHalf();
    drive.publish();
    FileSystem view = drive.restore().fileSystem(ME);
    long live = view.lookup(FileSystem.ROOT, FileName.of("live")).inode();
    long there = view.lookup(live, FileName.of("file")).inode();
    assertArrayEquals(Arrays.copyOf(whole, KEPT), DriveFixture.read(view, there));
  }
}
