package kith.fs;

import static kith.fs.DriveFixture.ME;
import static kith.fs.DriveFixture.listing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nothing refers to goes, and nothing else. */
final class ReclaimTest {
  private static final long ROOT = FileSystem.ROOT;

  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final PackTestPartners partners = new PackTestPartners(4);
  private DriveFixture drive;

  @BeforeEach
  void open() throws Exception {
    drive = new DriveFixture(folder, partners, clock);
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

  private static FileName name(String name) throws IOException {
    return FileName.of(name);
  }

  private int reclaim() throws Exception {
    clock.advance(Duration.ofHours(1));
    return drive.engine.reclaimTick();
  }

  private void snapshot(String name) throws Exception {
    drive.engine.takeSnapshot(name(name));
    while (drive.engine.snapshotTick() > 0) {
      // one after the other
    }
  }

  private byte[] read(String name) throws IOException {
    return DriveFixture.read(drive.fs, drive.fs.lookup(ROOT, name(name)).inode());
  }

  @Test
  void whatOnlyADroppedSnapshotHadGivesItsSpaceBack() throws Exception {
    drive.write(ROOT, "kept", bytes(1, 200_000));
    snapshot("first");
    drive.write(ROOT, "gone", bytes(2, 20_000_000));
    snapshot("second");
    long full = drive.packs.bytes();
    drive.fs.unlink(ROOT, name("gone"));
    assertEquals(0, reclaim(), "the snapshot has it");
    assertEquals(full, drive.packs.bytes());
    drive.engine.dropSnapshot(name("second"));
    assertTrue(reclaim() > 0);
    assertTrue(drive.packs.bytes() < full - 19_000_000, drive.packs.bytes() + " of " + full);
    assertEquals(0, reclaim(), "and that was all");
    assertArrayEquals(bytes(1, 200_000), read("kept"));
    drive = drive.reopen();
    assertArrayEquals(bytes(1, 200_000), read("kept"));
    snapshot("third");
    drive.write(ROOT, "again", bytes(2, 20_000_000));
    drive.publish();
    assertArrayEquals(bytes(2, 20_000_000), read("again"), "packed anew");
    assertEquals(
        listing(drive.fs, ROOT),
        listing(
            drive.restore().fileSystem(ME),
            drive.restore().fileSystem(ME).lookup(ROOT, name("live")).inode()));
  }

  private Set<PackId> packs() throws IOException {
    Set<PackId> found = new TreeSet<>();
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          if (row.state().live()) {
            found.add(id);
          }
        });
    return found;
  }

  @Test
  void theFormerPageOnWhichADirectoryIsBuiltStays() throws Exception {
    for (int i = 0; i < 100; i++) {
      drive.write(ROOT, "file" + i, bytes(i, 100));
    }
    snapshot("first");
    Set<PackId> before = packs();
    drive.write(ROOT, "new", bytes(777, 200)); // and with it the table of nodes
    drive.publish();
    drive.engine.dropSnapshot(name("first"));
    drive.publish();
    reclaim();
    before.retainAll(packs());
    assertEquals(2, before.size(), "the content, and the pack with the former page");
    drive = drive.reopen();
    assertEquals(
        listing(drive.fs, ROOT),
        listing(
            drive.restore().fileSystem(ME),
            drive.restore().fileSystem(ME).lookup(ROOT, name("live")).inode()));
  }

  @Test
  void whatThePublishedHeadNamesStaysUntilTheNextOne() throws Exception {
    drive.write(ROOT, "gone", bytes(3, 5_000_000));
    drive.publish();
    long full = drive.packs.bytes();
    drive.fs.unlink(ROOT, name("gone"));
    assertEquals(0, reclaim());
    assertEquals(full, drive.packs.bytes());
    drive.publish();
    reclaim();
    assertTrue(drive.packs.bytes() < full - 4_900_000, drive.packs.bytes() + " of " + full);
    RestoreSession session = drive.restore();
    assertEquals(
        listing(drive.fs, ROOT),
        listing(session.fileSystem(ME), session.fileSystem(ME).lookup(ROOT, name("live")).inode()));
  }

  @Test
  void partnersKeepWhatTheyHaveAndItCountsThere() throws Exception {
    drive.write(ROOT, "gone", bytes(3, 5_000_000));
    drive.publish();
    Map<OwnerId, Long> before = HolderUsage.of(drive.rows);
    drive.fs.unlink(ROOT, name("gone"));
    drive.publish();
    assertTrue(reclaim() > 0);
    Map<OwnerId, Long> after = HolderUsage.of(drive.rows);
    before.forEach((owner, bytes) -> assertTrue(after.get(owner) >= bytes, owner.toString()));
  }

  @Test
  void indexRunsThatWereMergedGo() throws Exception {
    for (int i = 0; i < 25; i++) {
      drive.write(ROOT, "f" + i, bytes(i, 1000));
      drive.publish();
      reclaim();
    }
    Set<PackId> named = new TreeSet<>();
    drive.restore().head().runs().forEach(run -> named.addAll(run.packs()));
    Set<PackId> index = new TreeSet<>();
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          if (row.kind() == PackKind.INDEX && row.state().live()) {
            index.add(id);
          }
        });
    assertEquals(named, index);
    assertTrue(named.size() < 10, named.toString());
  }

  @Test
  @UnexpectedLogs.Expected("is packed anew")
  void aTreeThatCannotBeReadStopsAllOfIt() throws Exception {
    drive.write(ROOT, "gone", bytes(2, 5_000_000));
    snapshot("first");
    drive.fs.unlink(ROOT, name("gone"));
    drive.write(ROOT, "kept", bytes(4, 3000));
    snapshot("second");
    drive.engine.dropSnapshot(name("first"));
    List<PackId> trees = new ArrayList<>();
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          if (row.kind() == PackKind.TREE) {
            trees.add(id);
          }
        });
    drive = drive.reopen(); // no page is remembered
    for (PackId tree : trees) {
      Files.write(folder.resolve("packs/" + tree + ".pack"), new byte[4096]);
    }
    long full = drive.packs.list().size();
    assertEquals(0, reclaim());
    assertEquals(full, drive.packs.list().size());
    assertTrue(
        drive.events.stream().anyMatch(event -> event.startsWith("reclaim-stopped")),
        drive.events.toString());
  }

  @Test
  void whateverIsDoneNothingThatIsNeededGoes() throws Exception {
    long seed = Long.getLong("kith.random.seed", System.nanoTime());
    try {
      new Life(new Random(seed)).live(150);
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  /** Random changes with reclaiming in between. */
  private final class Life {
    private final Random random;
    private final Map<String, Map<String, String>> snapshots = new HashMap<>();
    private int made;

    Life(Random random) {
      this.random = random;
    }

    void live(int steps) throws Exception {
      for (int i = 0; i < steps; i++) {
        step();
        if (random.nextInt(5) == 0) {
          Map<String, String> before = listing(drive.fs, ROOT);
          reclaim();
          assertEquals(before, listing(drive.fs, ROOT));
        }
        if (random.nextInt(20) == 0) {
          drive = drive.reopen();
          check();
        }
      }
      drive.publish();
      drive.publish();
      reclaim();
      drive = drive.reopen();
      check();
      assertEquals(List.of(), drive.events);
      assertEquals(0, reclaim());
      RestoreSession session = drive.restore();
      FileSystem view = session.fileSystem(ME);
      assertEquals(listing(drive.fs, ROOT), listing(view, view.lookup(ROOT, name("live")).inode()));
    }

    private void step() throws Exception {
      clock.advance(Duration.ofSeconds(2));
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4 -> write();
        case 5, 6, 7 -> remove();
        case 8 -> rename();
        case 9, 10 -> drive.engine.ingestTick();
        case 11 -> {
          String name = "s" + made++;
          drive.engine.takeSnapshot(name(name));
          snapshots.put(name, listing(drive.fs, ROOT));
        }
        case 12 -> drop();
        case 13 -> drive.engine.snapshotTick();
        case 14 -> drive.engine.sweepTick();
        default -> drive.publish();
      }
    }

    private long directory() throws IOException {
      String name = "d" + random.nextInt(3);
      try {
        return drive.fs.lookup(ROOT, name(name)).inode();
      } catch (DriveException e) {
        return drive.fs.makeDirectory(ME, ROOT, name(name), 0755).inode();
      }
    }

    private void write() throws IOException {
      long directory = random.nextInt(3) == 0 ? ROOT : directory();
      // Few contents, so that chunks are found again, also in packs that are about to go.
      int length = random.nextInt(5) == 0 ? 2_500_000 : 1 + random.nextInt(60_000);
      drive.write(directory, "f" + random.nextInt(5), bytes(random.nextInt(8), length));
    }

    private void remove() throws IOException {
      try {
        drive.fs.unlink(random.nextInt(3) == 0 ? ROOT : directory(), name("f" + random.nextInt(5)));
      } catch (DriveException e) {
        // there is none
      }
    }

    private void rename() throws IOException {
      try {
        drive.fs.rename(
            directory(), name("f" + random.nextInt(5)), directory(), name("f" + random.nextInt(5)));
      } catch (DriveException e) {
        // there is none
      }
    }

    private void drop() throws IOException {
      List<String> names = new ArrayList<>(new TreeSet<>(snapshots.keySet()));
      if (!names.isEmpty()) {
        String name = names.get(random.nextInt(names.size()));
        drive.engine.dropSnapshot(name(name));
        snapshots.remove(name);
      }
    }

    private void check() throws IOException {
      listing(drive.fs, ROOT);
      long past = drive.fs.lookup(ROOT, name(".snapshots")).inode();
      for (Map.Entry<String, Map<String, String>> snapshot : snapshots.entrySet()) {
        long root = drive.fs.lookup(past, name(snapshot.getKey())).inode();
        assertEquals(snapshot.getValue(), listing(drive.fs, root), snapshot.getKey());
      }
    }
  }
}
