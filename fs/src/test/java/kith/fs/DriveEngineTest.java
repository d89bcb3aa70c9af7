package kith.fs;

import static kith.fs.DriveFixture.ME;
import static kith.fs.DriveFixture.listing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a drive in one JVM: live tree, packs, partners in memory, and back. */
final class DriveEngineTest {
  @TempDir Path folder;
  private DriveFixture drive;

  @BeforeEach
  void open() throws Exception {
    drive = new DriveFixture(folder, new PackTestPartners(4));
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

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A tree with something of everything. */
  private void populate() throws Exception {
    FileSystem fs = drive.fs;
    drive.write(FileSystem.ROOT, "small", text("hello"));
    drive.write(FileSystem.ROOT, "empty", new byte[0]);
    drive.write(FileSystem.ROOT, "large", bytes(1, 3_000_000));
    long folder = fs.makeDirectory(ME, FileSystem.ROOT, FileName.of("folder"), 0750).inode();
    long deep = fs.makeDirectory(ME, folder, FileName.of("deep"), 0700).inode();
    long inode = drive.write(deep, "one", text("three names"));
    fs.link(inode, deep, FileName.of("two"));
    fs.link(inode, FileSystem.ROOT, FileName.of("three"));
    fs.makeSymlink(ME, folder, FileName.of("link"), text("../small"));
    fs.makeNode(ME, new FileSystem.NewNode(folder, FileName.of("fifo"), FileKind.FIFO, 0600, 0));
    fs.setXattr(inode, text("user.note"), text("kept"), FileSystem.XattrMode.CREATE);
    long sparse = drive.write(deep, "sparse", text("start"));
    drive.write(sparse, 20_000_000, text("far away"));
    fs.change(ME, sparse, AttributeChange.size(30_000_000));
  }

  @Test
  void filesThatClaimMoreThanANumberHoldsComeBack() throws Exception {
    long folder = drive.fs.makeDirectory(ME, FileSystem.ROOT, FileName.of("d"), 0700).inode();
    long most = Long.MAX_VALUE - 4096;
    for (String name : new String[] {"a", "b"}) {
      drive.fs.change(ME, drive.write(folder, name, text(name)), AttributeChange.size(most));
    }
    drive.engine.safety();
    drive.publish();
    drive.write(FileSystem.ROOT, "later", text("later"));
    drive.publish();
    assertTrue(drive.engine.safety().tree().publishedBytes() > 0, "bytes");
    FileSystem view = drive.restore().fileSystem(ME);
    long live = view.lookup(FileSystem.ROOT, FileName.of("live")).inode();
    long found = view.lookup(live, FileName.of("d")).inode();
    assertEquals(most, view.lookup(found, FileName.of("b")).size());
  }

  @Test
  void whatIsWrittenComesBackFromThePartnersAlone() throws Exception {
    populate();
    Map<String, String> expected = listing(drive.fs, FileSystem.ROOT);
    drive.publish();
    assertEquals(expected, listing(drive.fs, FileSystem.ROOT), "chunked, the drive is the same");

    RestoreSession session = drive.restore();
    FileSystem view = session.fileSystem(ME);
    Attributes live = view.lookup(FileSystem.ROOT, FileName.of("live"));
    assertEquals(expected, listing(view, live.inode()));
  }

  @Test
  void aSnapshotStaysAsItWasAndIsRestoredAsItWas() throws Exception {
    populate();
    drive.engine.takeSnapshot(FileName.of("before"));
    Map<String, String> before = listing(drive.fs, FileSystem.ROOT);
    long large = drive.fs.lookup(FileSystem.ROOT, FileName.of("large")).inode();
    drive.write(large, 1_000_000, bytes(2, 50_000));
    drive.fs.unlink(FileSystem.ROOT, FileName.of("small"));
    drive.fs.rename(FileSystem.ROOT, FileName.of("three"), FileSystem.ROOT, FileName.of("renamed"));
    Map<String, String> after = listing(drive.fs, FileSystem.ROOT);

    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    long snapshot = drive.fs.lookup(past, FileName.of("before")).inode();
    assertEquals(before, listing(drive.fs, snapshot), "from the frozen rows");
    drive.publish();
    assertEquals(before, listing(drive.fs, snapshot), "from the packed tree");
    assertEquals(after, listing(drive.fs, FileSystem.ROOT));

    FileSystem view = drive.restore().fileSystem(ME);
    assertEquals(
        before, listing(view, view.lookup(FileSystem.ROOT, FileName.of("before")).inode()));
    assertEquals(after, listing(view, view.lookup(FileSystem.ROOT, FileName.of("live")).inode()));
  }

  @Test
  void whoOwnsTheDriveMayTakeSnapshotsInItsFolderAndNobodyInAView() throws Exception {
    Attributes here = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots"));
    assertEquals(0755, here.mode());
    assertEquals(DriveFixture.ME.uid(), here.uid());
    drive.publish();
    FileSystem view = drive.restore().fileSystem(DriveFixture.ME);
    assertEquals(0555, view.attributes(FileSystem.ROOT).mode());
  }

  @Test
  void aPendingSnapshotIsPackedAfterARestart() throws Exception {
    populate();
    Map<String, String> before = listing(drive.fs, FileSystem.ROOT);
    drive.engine.takeSnapshot(FileName.of("kept"));
    drive.fs.unlink(FileSystem.ROOT, FileName.of("large"));
    drive = drive.reopen();
    assertEquals(1, drive.engine.snapshotTick());
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    assertEquals(before, listing(drive.fs, drive.fs.lookup(past, FileName.of("kept")).inode()));
  }

  @Test
  void theTreeOfALaterPublicationReusesWhatDidNotChange() throws Exception {
    populate();
    drive.publish();
    long packs = drive.engine.safety().packs().full().packBytes();
    drive.write(FileSystem.ROOT, "small", text("changed"));
    assertTrue(drive.engine.behind());
    drive.publish();
    assertFalse(drive.engine.behind());
    long grown = drive.engine.safety().packs().full().packBytes() - packs;
    assertTrue(grown < 20_000, grown + " bytes for one changed file");
    FileSystem view = drive.restore().fileSystem(ME);
    assertEquals(
        listing(drive.fs, FileSystem.ROOT),
        listing(view, view.lookup(FileSystem.ROOT, FileName.of("live")).inode()));
  }

  @Test
  void overwritesInAChunkedFileAreChunkedAgainOnlyAroundThem() throws Exception {
    byte[] content = bytes(5, 8_000_000);
    long inode = drive.write(FileSystem.ROOT, "file", content);
    drive.publish();
    long packs = drive.engine.safety().packs().full().packBytes();
    Random random = new Random(6);
    for (int i = 0; i < 3; i++) {
      byte[] patch = bytes(100 + i, 4096);
      int at = random.nextInt(content.length - patch.length);
      System.arraycopy(patch, 0, content, at, patch.length);
      drive.write(inode, at, patch);
    }
    assertArrayEquals(content, DriveFixture.read(drive.fs, inode), "before chunking");
    drive.publish();
    assertArrayEquals(content, DriveFixture.read(drive.fs, inode), "after chunking");
    long grown = drive.engine.safety().packs().full().packBytes() - packs;
    assertTrue(grown < 2_500_000, grown + " bytes for three small changes");
    assertEquals(0, drive.engine.safety().stagedBytes());
  }

  @Test
  void stagingIsGivenBackOnceEverythingIsInPacks() throws Exception {
    for (int i = 0; i < 5; i++) {
      drive.write(FileSystem.ROOT, "file" + i, bytes(i, 30_000_000));
    }
    assertEquals(0, drive.engine.sweepTick(), "nothing may go while it is needed");
    drive.publish();
    assertTrue(drive.engine.sweepTick() > 0);
    for (int i = 0; i < 5; i++) {
      long inode = drive.fs.lookup(FileSystem.ROOT, FileName.of("file" + i)).inode();
      assertArrayEquals(bytes(i, 30_000_000), DriveFixture.read(drive.fs, inode));
    }
  }

  @Test
  void everyFileReadsBackWithAnyOnePartnerDead() throws Exception {
    populate();
    Map<String, String> expected = listing(drive.fs, FileSystem.ROOT);
    drive.publish();
    for (HolderCandidate partner : drive.partners.candidates()) {
      drive.partners.behave(partner.owner(), PackTestPartners.Manner.DEAD);
      FileSystem view = drive.restore().fileSystem(ME);
      assertEquals(
          expected, listing(view, view.lookup(FileSystem.ROOT, FileName.of("live")).inode()));
      drive.partners.behave(partner.owner(), PackTestPartners.Manner.GOOD);
    }
  }

  @Test
  void whatIsCountedAsSafeIsWhatAHeadHas() throws Exception {
    populate();
    DriveSafety before = drive.engine.safety();
    assertEquals(0, before.tree().publishedFiles());
    assertTrue(before.tree().localFiles() > 0);
    drive.publish();
    DriveSafety after = drive.engine.safety();
    assertEquals(0, after.tree().localFiles() + after.tree().shippingFiles());
    assertEquals(9, after.tree().publishedFiles());
    assertTrue(after.packs().allSafe());
    drive.write(FileSystem.ROOT, "new", text("x"));
    assertEquals(1, drive.engine.safety().tree().localFiles());
    assertFalse(drive.engine.safety().tree().atLeast());
  }

  @Test
  void aCountStopsAtItsBoundAndSaysSo() throws Exception {
    long old = drive.fs.makeDirectory(ME, FileSystem.ROOT, FileName.of("z"), 0700).inode();
    for (int i = 0; i < 50; i++) {
      drive.write(old, "old" + i, text("old"));
    }
    drive.publish();
    long folder = drive.fs.makeDirectory(ME, FileSystem.ROOT, FileName.of("a"), 0700).inode();
    for (int i = 0; i < 50; i++) {
      drive.write(folder, "new" + i, text("new"));
    }
    TreeCounts some = drive.engine.safety(12).tree();
    assertTrue(some.atLeast());
    assertEquals(10, some.localFiles(), "the root has two entries");
    assertEquals(30, some.localBytes());
    assertEquals(50, some.publishedFiles(), "counted as a whole, before what is new");
    TreeCounts all = drive.engine.safety(52).tree();
    assertFalse(all.atLeast());
    assertEquals(50, all.localFiles());
    TreeCounts none = drive.engine.safety(0).tree();
    assertTrue(none.atLeast());
    assertEquals(0, none.localFiles() + none.publishedFiles());
  }

  @Test
  void snapshotsDoNotChange() throws Exception {
    populate();
    drive.engine.takeSnapshot(FileName.of("s"));
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    long s = drive.fs.lookup(past, FileName.of("s")).inode();
    long small = drive.fs.lookup(s, FileName.of("small")).inode();
    for (DriveException e :
        Arrays.asList(
            assertThrows(DriveException.class, () -> drive.fs.open(small, true)),
            assertThrows(DriveException.class, () -> drive.fs.unlink(s, FileName.of("small"))),
            assertThrows(
                DriveException.class, () -> drive.fs.create(ME, s, FileName.of("x"), 0644)),
            assertThrows(
                DriveException.class,
                () -> drive.fs.rename(s, FileName.of("small"), s, FileName.of("y"))))) {
      assertEquals(DriveException.Reason.READ_ONLY, e.reason());
    }
  }

  /** Goes on until told to stop, and says when it waits for partners. */
  private static final class Watcher implements DriveEngine.Watcher {
    final CountDownLatch shipping = new CountDownLatch(1);
    volatile boolean goOn = true;

    @Override
    public void phase(String name) {
      if (name.equals("shipping")) {
        shipping.countDown();
      }
    }

    @Override
    public boolean goOn() {
      return goOn;
    }
  }

  @Test
  void aPublicationThatWaitsForPartnersDoesNotHoldUpTheTimeoutOfAnother() throws Exception {
    populate();
    for (HolderCandidate partner : drive.partners.candidates()) {
      drive.partners.behave(partner.owner(), PackTestPartners.Manner.SILENT);
    }
    Watcher first = new Watcher();
    CompletableFuture<Boolean> publication =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return drive.engine.publish(first);
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    assertTrue(first.shipping.await(20, TimeUnit.SECONDS));
    Watcher second = new Watcher();
    second.goOn = false;
    assertFalse(drive.engine.publish(second), "while the first still waits");
    assertFalse(publication.isDone());
    first.goOn = false;
    assertFalse(publication.get(20, TimeUnit.SECONDS));
  }
}
