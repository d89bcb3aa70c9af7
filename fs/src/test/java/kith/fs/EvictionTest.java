package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache and a disk that are smaller than the drive. */
final class EvictionTest {
  private static final long ROOT = FileSystem.ROOT;
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final PackTestPartners partners = new PackTestPartners(4);
  private final TestSpace space = new TestSpace();
  private DriveFixture drive;

  @BeforeEach
  void open() throws Exception {
    drive = new DriveFixture(folder, partners, clock, space.cache(32 * MIB, 10 * MIB));
  }

  @AfterEach
  void close() throws Exception {
    drive.close();
  }

  private static byte[] bytes(long seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  private byte[] read(String name) throws IOException {
    return DriveFixture.read(drive.fs, drive.fs.lookup(ROOT, FileName.of(name)).inode());
  }

  private void sweep() throws Exception {
    drive.engine.sweepTick();
    drive.engine.sweepTick();
  }

  /** Packs of files here. */
  private List<PackId> here() throws IOException {
    List<PackId> found = new ArrayList<>();
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          if (row.kind() == PackKind.DATA && drive.packs.exists(id)) {
            found.add(id);
          }
        });
    return found;
  }

  private void evictAll() throws Exception {
    space.free = 0;
    while (drive.engine.evictTick() > 0) {
      // as many as there are
    }
    space.free = Long.MAX_VALUE / 4;
  }

  @Test
  void spaceThatCannotBeHadIsNotAllocated() throws IOException {
    long inode = drive.write(ROOT, "file", bytes(1, MIB));
    FileSystem.Opened file = drive.fs.open(inode, true);
    var all = FileSystem.AllocateMode.ALLOCATE;
    DriveException refusal =
        assertThrows(
            DriveException.class, () -> drive.fs.allocate(file.handle(), 0, 40L * MIB, all));
    assertEquals(DriveException.Reason.NO_SPACE, refusal.reason());
    assertEquals(MIB, drive.fs.attributes(inode).size());
    drive.fs.allocate(file.handle(), 0, 5 * MIB, all);
    assertEquals(5 * MIB, drive.fs.attributes(inode).size());
    space.free = 0;
    drive.fs.allocate(file.handle(), 0, MIB, all);
    drive.fs.allocate(file.handle(), 0, 5 * MIB, FileSystem.AllocateMode.PUNCH_HOLE);
    assertThrows(DriveException.class, () -> drive.fs.allocate(file.handle(), 0, MIB, all));
    drive.fs.release(file.handle());
  }

  @Test
  void moreThanTheBudgetFlowsThroughIt() throws Exception {
    for (int i = 0; i < 12; i++) {
      drive.write(ROOT, "f" + i, bytes(i, 4 * MIB));
      drive.publish();
      sweep();
      drive.engine.evictTick();
      CacheUse use = drive.engine.cacheUse();
      assertTrue(use.used() <= 32 * MIB, use.toString());
      assertEquals("", use.shortage());
    }
    assertTrue(here().size() < 12, "some were evicted");
    long gets = partners.count("get");
    for (int i = 0; i < 12; i++) {
      assertArrayEquals(bytes(i, 4 * MIB), read("f" + i));
    }
    assertTrue(partners.count("get") > gets, "read from partners");
    partners.behave(PackTestPartners.owner(1), PackTestPartners.Manner.DEAD);
    drive = drive.reopen();
    for (int i = 0; i < 12; i++) {
      assertArrayEquals(bytes(i, 4 * MIB), read("f" + i), "without one partner");
    }
  }

  private void cover() {
    for (int i = 0; i < 4; i++) {
      drive.covered.put(PackTestPartners.owner(i), clock.instant());
    }
  }

  private String proved(long inode) throws IOException {
    byte[] name = "user.kith.proved".getBytes(StandardCharsets.UTF_8);
    return new String(drive.fs.xattr(inode, name).orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  void whatAuditsHaveCoveredIsNotAskedForAgain() throws Exception {
    cover();
    clock.advance(Duration.ofMinutes(1));
    long file = drive.write(ROOT, "f", bytes(1, 3 * MIB));
    drive.publish();
    for (int i = 0; i < 4; i++) {
      partners.behave(PackTestPartners.owner(i), PackTestPartners.Manner.DEAD);
    }
    clock.advance(Duration.ofMinutes(10));
    assertEquals("never", proved(file), "audited before it was there");
    evictAll();
    assertEquals(1, here().size(), "audited before it was there");
    cover();
    assertEquals(clock.instant().toString(), proved(file));
    clock.advance(Duration.ofHours(25));
    evictAll();
    assertEquals(1, here().size(), "that is too long ago");
    clock.advance(Duration.ofMinutes(10));
    cover();
    evictAll();
    assertEquals(0, here().size());
  }

  @Test
  void aHolderThatCannotShowItsShardKeepsThePackHere() throws Exception {
    drive.write(ROOT, "f", bytes(1, 3 * MIB));
    drive.publish();
    for (PackTestPartners.Manner manner :
        List.of(
            PackTestPartners.Manner.DEAD,
            PackTestPartners.Manner.CORRUPT,
            PackTestPartners.Manner.SHORT)) {
      for (int i = 0; i < 4; i++) {
        partners.behave(PackTestPartners.owner(i), manner);
      }
      evictAll();
      assertEquals(1, here().size(), manner.toString());
      clock.advance(Duration.ofMinutes(10));
    }
    for (int i = 0; i < 4; i++) {
      partners.behave(PackTestPartners.owner(i), PackTestPartners.Manner.GOOD);
    }
    while (drive.engine.shipTick() > 0) {
      // what came back wrong is put again
    }
    evictAll();
    assertEquals(List.of(), here());
    assertTrue(drive.events.stream().anyMatch(e -> e.startsWith("corrupt-shard")));
    assertArrayEquals(bytes(1, 3 * MIB), read("f"));
  }

  @Test
  void nothingLeavesOnAccountOfAHolderInHisCommitment() throws Exception {
    drive.write(ROOT, "f", bytes(1, 3 * MIB));
    drive.publish();
    long gets = partners.count("get");
    for (int i = 0; i < 4; i++) {
      partners.lock(PackTestPartners.owner(i), clock.instant().plus(Duration.ofDays(28)));
    }
    evictAll();
    assertEquals(1, here().size());
    assertEquals(gets, partners.count("get"), "nobody is asked");
    partners.unlock();
    clock.advance(Duration.ofMinutes(10));
    evictAll();
    assertEquals(List.of(), here());
  }

  @Test
  void whatAHolderHasShownIsNotAskedForAgain() throws Exception {
    drive.write(ROOT, "f", bytes(1, 3 * MIB));
    drive.publish();
    partners.behave(holder(), PackTestPartners.Manner.DEAD);
    long before = partners.count("get");
    evictAll();
    assertEquals(before + 3, partners.count("get"));
    partners.behave(holder(), PackTestPartners.Manner.GOOD);
    clock.advance(Duration.ofMinutes(10));
    drive = drive.reopen();
    evictAll();
    assertEquals(before + 4, partners.count("get"), "one had not answered");
    assertEquals(List.of(), here());
  }

  @Test
  void whatAHolderHasShownCountsForADay() throws Exception {
    drive.write(ROOT, "f", bytes(1, 3 * MIB));
    drive.publish();
    OwnerId late = holder();
    partners.behave(late, PackTestPartners.Manner.DEAD);
    evictAll();
    clock.advance(Duration.ofDays(2));
    for (int i = 0; i < 4; i++) {
      OwnerId partner = PackTestPartners.owner(i);
      boolean dead = !partner.equals(late);
      partners.behave(partner, dead ? PackTestPartners.Manner.DEAD : PackTestPartners.Manner.GOOD);
    }
    evictAll();
    assertEquals(1, here().size(), "two days ago is too long ago");
  }

  /** Of a shard of the one pack. */
  private OwnerId holder() throws IOException {
    PackId pack = here().get(0);
    PackRow row = PackRows.pack(drive.rows, pack).orElseThrow();
    return PackRows.shards(drive.rows, pack, row.code().orElseThrow()).get(0).holder();
  }

  @Test
  void onlyWhatIsPlacedGoesAndTreesStay() throws Exception {
    drive.write(ROOT, "placed", bytes(1, 2 * MIB));
    drive.publish();
    for (int i = 0; i < 4; i++) {
      partners.behave(PackTestPartners.owner(i), PackTestPartners.Manner.DEAD);
    }
    drive.write(ROOT, "local", bytes(2, 2 * MIB));
    drive.engine.takeSnapshot(FileName.of("s"));
    drive.engine.snapshotTick();
    for (int i = 0; i < 4; i++) {
      partners.behave(PackTestPartners.owner(i), PackTestPartners.Manner.GOOD);
    }
    evictAll();
    assertEquals(1, here().size());
    PackRows.visit(
        drive.rows, (id, row) -> assertTrue(row.kind() == PackKind.DATA || drive.packs.exists(id)));
    assertArrayEquals(bytes(1, 2 * MIB), read("placed"));
    assertArrayEquals(bytes(2, 2 * MIB), read("local"));
  }

  @Test
  void packsThatWereEvictedBeforeTheirIndexWasWrittenAreInIt() throws Exception {
    drive.write(ROOT, "f", bytes(1, 3 * MIB));
    drive.engine.takeSnapshot(FileName.of("s"));
    drive.engine.snapshotTick();
    while (drive.engine.shipTick() > 0) {
      // until all is placed
    }
    evictAll();
    assertEquals(List.of(), here());
    drive.publish();
    drive.write(ROOT, "g", bytes(1, 3 * MIB)); // found again, where it lies
    drive.publish();
    assertEquals(List.of(), here());
    FileSystem view = drive.restore().fileSystem(DriveFixture.ME);
    assertEquals(
        DriveFixture.listing(drive.fs, ROOT),
        DriveFixture.listing(view, view.lookup(ROOT, FileName.of("live")).inode()));
    drive = drive.reopen();
    assertEquals(List.of(), here());
    assertArrayEquals(bytes(1, 3 * MIB), read("g"));
    assertTrue(drive.events.isEmpty(), drive.events.toString());
  }

  @Test
  void aFullCacheRefusesWritesAndTakesThemAgainWithoutARestart() throws Exception {
    FileSystem.Opened file = drive.fs.create(DriveFixture.ME, ROOT, FileName.of("f"), 0644);
    byte[] part = bytes(3, 100_000);
    int taken = 0;
    try {
      while (true) {
        drive.fs.write(file.handle(), (long) taken * part.length, ByteBuffer.wrap(part));
        taken++;
      }
    } catch (DriveException e) {
      assertEquals(DriveException.Reason.NO_SPACE, e.reason());
    }
    assertFalse(drive.engine.cacheUse().shortage().isEmpty());
    drive.fs.sync(file.attributes().inode());
    assertEquals((long) taken * part.length, drive.fs.attributes(file.attributes().inode()).size());
    drive.publish();
    sweep();
    drive.engine.evictTick();
    sweep();
    for (int i = 0; i < 20; i++) {
      drive.fs.write(file.handle(), (long) taken * part.length, ByteBuffer.wrap(part));
      taken++;
    }
    drive.fs.release(file.handle());
    byte[] content = read("f");
    assertEquals(taken * part.length, content.length);
    for (int i = 0; i < taken; i++) {
      assertArrayEquals(
          part, java.util.Arrays.copyOfRange(content, i * part.length, (i + 1) * part.length));
    }
  }

  @Test
  void withoutPartnersDeletingMakesRoom() throws Exception {
    drive.close();
    drive =
        new DriveFixture(
            folder.resolve("alone"),
            new PackTestPartners(0),
            clock,
            space.cache(32 * MIB, 10 * MIB));
    for (int round = 0; round < 3; round++) {
      int files = fill(round, 0);
      for (int i = 0; i < 10_000 && files < 14; i++) {
        makeRoom(); // a pack of what was deleted may be written only now, in a thread of its own
        files = fill(round, files);
      }
      assertTrue(files >= 14, files + " files in round " + round);
      clock.advance(Duration.ofSeconds(10));
      drive.engine.ingestTick();
      clock.advance(Duration.ofSeconds(10));
      drive.engine.ingestTick();
      for (int i = 0; i <= files; i++) {
        drive.fs.unlink(ROOT, FileName.of("f" + i));
      }
      for (int i = 0; i < 10_000 && drive.engine.cacheUse().used() >= MIB; i++) {
        makeRoom();
      }
      assertTrue(drive.engine.cacheUse().used() < MIB, drive.engine.cacheUse().toString());
    }
  }

  /** Writes files from a number on until there is no space; returns the number of the last. */
  private int fill(int round, int from) throws Exception {
    int files = from;
    try {
      while (true) {
        drive.write(ROOT, "f" + files, bytes(round * 100 + files, MIB));
        files++;
      }
    } catch (DriveException e) {
      assertEquals(DriveException.Reason.NO_SPACE, e.reason());
    }
    return files;
  }

  private void makeRoom() throws Exception {
    clock.advance(Duration.ofMinutes(1));
    drive.engine.ingestTick();
    drive.engine.reclaimTick();
    sweep();
  }

  @Test
  void theReserveOfTheDiskIsForWhatFreesSpace() throws Exception {
    long inode = drive.write(ROOT, "f", bytes(1, MIB));
    space.free = 5 * MIB;
    drive.fs.makeDirectory(DriveFixture.ME, ROOT, FileName.of("d"), 0755);
    DriveException refused =
        assertThrows(DriveException.class, () -> drive.write(inode, 0, new byte[1]));
    assertEquals(DriveException.Reason.NO_SPACE, refused.reason());
    space.free = 0;
    refused =
        assertThrows(
            DriveException.class,
            () -> drive.fs.makeDirectory(DriveFixture.ME, ROOT, FileName.of("e"), 0755));
    assertEquals(DriveException.Reason.NO_SPACE, refused.reason());
    drive.fs.sync(inode);
    drive.fs.change(DriveFixture.ME, inode, AttributeChange.size(10));
    drive.fs.removeDirectory(DriveFixture.ME, ROOT, FileName.of("d"));
    drive.fs.unlink(ROOT, FileName.of("f"));
    space.free = Long.MAX_VALUE / 4;
    drive.write(ROOT, "g", bytes(2, MIB));
    assertArrayEquals(bytes(2, MIB), read("g"));
  }
}
