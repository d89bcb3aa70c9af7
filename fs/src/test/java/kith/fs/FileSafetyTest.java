package kith.fs;

import static kith.fs.DriveFixture.ME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kith.codec.OwnerId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the mount tells of single files. */
final class FileSafetyTest {
  private static final byte[] CONTENT = "what it says".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private final PackTestPartners partners = new PackTestPartners(3);
  private DriveFixture drive;

  @BeforeEach
  void open() throws IOException {
    drive = new DriveFixture(folder, partners);
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  private static byte[] name(String attribute) {
    return ("user.kith." + attribute).getBytes(StandardCharsets.UTF_8);
  }

  private Optional<String> attribute(long inode, String attribute) throws IOException {
    return drive
        .fs
        .xattr(inode, name(attribute))
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  private String state(long inode) throws IOException {
    return attribute(inode, "state").orElse("none");
  }

  @Test
  void aFileIsLocalThenFullThenLocalAgainWhenItChanges() throws Exception {
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    long other = drive.write(FileSystem.ROOT, "other", CONTENT);
    assertEquals("local", state(file));
    assertEquals("local", state(FileSystem.ROOT));
    assertEquals(Optional.empty(), attribute(file, "holders"));
    drive.publish();
    assertEquals("full", state(file));
    assertEquals("full", state(FileSystem.ROOT));
    assertEquals(3, attribute(file, "holders").orElseThrow().lines().count());
    assertTrue(attribute(file, "holders").orElseThrow().lines().allMatch(l -> l.endsWith(" 1")));
    drive.write(file, 3, CONTENT);
    assertEquals("local", state(file));
    assertEquals("local", state(FileSystem.ROOT), "something in it is local");
    assertEquals("full", state(other), "it did not change");
    drive.publish();
    assertEquals("full", state(file));
  }

  @Test
  void whatNeedsAHolderInHisCommitmentIsLockedUntilItEnds() throws Exception {
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    drive.publish();
    Instant first = Instant.parse("2030-01-01T00:00:00Z");
    Instant last = Instant.parse("2030-02-01T00:00:00Z");
    partners.lock(PackTestPartners.owner(0), first);
    assertEquals("locked until 2030-01-01T00:00:00Z", state(file));
    partners.lock(PackTestPartners.owner(2), last);
    assertEquals("locked until 2030-02-01T00:00:00Z", state(file));
    assertEquals("locked until 2030-02-01T00:00:00Z", state(FileSystem.ROOT));
    SafetyTotals packs = drive.engine.safety().packs();
    assertEquals(FileState.LOCKED, packs.placed());
    assertEquals(last, packs.lockedUntil());
    assertFalse(packs.allSafe());
    long young = drive.write(FileSystem.ROOT, "young", CONTENT);
    assertEquals("local", state(young));
    partners.unlock();
    assertEquals("full", state(file));
    assertEquals(FileState.FULL, drive.engine.safety().packs().placed());
  }

  @Test
  void whatOneHasWhoCountsAsGoneCountsAsLostUntilItIsElsewhere() throws Exception {
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    drive.publish();
    Instant now = Instant.now();
    for (int i = 0; i < 3; i++) {
      drive.covered.put(PackTestPartners.owner(i), now);
    }
    OwnerId gone = PackTestPartners.owner(1);
    assertEquals("full", state(file));
    partners.gone(gone);
    assertEquals("degraded", state(file));
    assertEquals("degraded", state(FileSystem.ROOT));
    assertEquals(Optional.of("never"), attribute(file, "proved"));
    SafetyTotals packs = drive.engine.safety().packs();
    assertEquals(FileState.DEGRADED, packs.placed());
    assertEquals(0, packs.full().packs() + packs.safe().packs());
    partners.lock(PackTestPartners.owner(0), Instant.parse("2030-01-01T00:00:00Z"));
    assertEquals("degraded", state(file), "two are too few, whenever");
    partners.unlock();
    partners.add(3);
    while (drive.engine.moving().tick() > 0) {
      assertTrue(partners.count("put", gone) > 0);
    }
    assertEquals("full", state(file), "it is elsewhere");
    assertEquals("full", state(FileSystem.ROOT));
  }

  @Test
  void nothingNewGoesToOneWhoCountsAsGone() throws Exception {
    partners.add(3);
    OwnerId gone = PackTestPartners.owner(2);
    partners.gone(gone);
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    drive.publish();
    assertEquals("full", state(file));
    assertEquals(0, partners.count("put", gone));
  }

  @Test
  void newNamesAndAttributesAreNotPublishedYet() throws Exception {
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    long linked = drive.write(FileSystem.ROOT, "linked", CONTENT);
    long changed = drive.write(FileSystem.ROOT, "changed", CONTENT);
    drive.publish();
    drive.fs.rename(FileSystem.ROOT, FileName.of("file"), FileSystem.ROOT, FileName.of("moved"));
    drive.fs.link(linked, FileSystem.ROOT, FileName.of("link"));
    drive.fs.change(ME, changed, AttributeChange.mode(0600));
    long empty = drive.write(FileSystem.ROOT, "empty", new byte[0]);
    long folder = drive.fs.makeDirectory(ME, FileSystem.ROOT, FileName.of("d"), 0755).inode();
    for (long inode : List.of(file, linked, changed, empty)) {
      assertEquals("shipping", state(inode), "inode " + inode);
    }
    assertEquals("local", state(folder));
    drive.publish();
    for (long inode : List.of(file, linked, changed, empty, folder)) {
      assertEquals("full", state(inode), "inode " + inode);
    }
  }

  @Test
  void aFileIsShippingUntilEnoughPartnersHaveIt() throws Exception {
    partners.behave(PackTestPartners.owner(1), PackTestPartners.Manner.FULL);
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    var once =
        new DriveEngine.Watcher() {
          @Override
          public void phase(String name) {}

          @Override
          public boolean goOn() {
            return false;
          }
        };
    assertFalse(drive.engine.publish(once), "2 of 3 are not enough for 2+1");
    assertEquals("shipping", state(file));
    partners.behave(PackTestPartners.owner(1), PackTestPartners.Manner.GOOD);
    drive.publish();
    assertEquals("full", state(file));
  }

  @Test
  void ofASnapshotItTellsToo() throws Exception {
    drive.write(FileSystem.ROOT, "file", CONTENT);
    drive.engine.takeSnapshot(FileName.of("s"));
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    long root = drive.fs.lookup(past, FileName.of("s")).inode();
    long file = drive.fs.lookup(root, FileName.of("file")).inode();
    assertEquals("local", state(file));
    drive.engine.snapshotTick();
    assertEquals("shipping", state(file));
    drive.publish();
    assertEquals("full", state(file));
    assertEquals("full", state(root));
    assertEquals("none", state(past));
  }

  @Test
  void nothingIsProvedAndNothingListedOrSet() throws Exception {
    long file = drive.write(FileSystem.ROOT, "file", CONTENT);
    assertEquals(Optional.of("never"), attribute(file, "proved"));
    assertEquals(Optional.empty(), attribute(file, "unheard-of"));
    assertEquals(List.of(), drive.fs.xattrNames(file));
    var set =
        assertThrows(
            DriveException.class,
            () ->
                drive.fs.setXattr(
                    file, name("state"), CONTENT, FileSystem.XattrMode.CREATE_OR_REPLACE));
    assertEquals(DriveException.Reason.NOT_PERMITTED, set.reason());
    var removed =
        assertThrows(DriveException.class, () -> drive.fs.removeXattr(file, name("state")));
    assertEquals(DriveException.Reason.NOT_PERMITTED, removed.reason());
  }

  @Test
  void aHeldSnapshotIsDroppedOnlyAfterItsRelease() throws Exception {
    drive.write(FileSystem.ROOT, "file", CONTENT);
    FileName name = FileName.of("s");
    drive.engine.takeSnapshot(name);
    drive.engine.holdSnapshot(name, true);
    drive.publish();
    drive = drive.reopen();
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    var busy = assertThrows(DriveException.class, () -> drive.fs.removeDirectory(ME, past, name));
    assertEquals(DriveException.Reason.BUSY, busy.reason());
    assertTrue(drive.restore().snapshots().get(0).held(), "the partners know, too");
    drive.engine.holdSnapshot(name, false);
    assertTrue(drive.engine.behind(), "they shall know of the release");
    drive.fs.removeDirectory(ME, past, name);
    assertEquals(List.of(), drive.engine.snapshots().entries());
    assertThrows(DriveException.class, () -> drive.engine.holdSnapshot(name, true));
  }
}
