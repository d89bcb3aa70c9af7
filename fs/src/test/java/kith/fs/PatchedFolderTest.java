package kith.fs;

import static kith.fs.DriveFixture.ME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are stored as patches, read from the partners alone. */
final class PatchedFolderTest {
  private static final int FILES = 1_500;

  @TempDir Path folder;
  private final PackTestPartners partners = new PackTestPartners(3);
  private DriveFixture drive;

  @BeforeEach
  void open() throws Exception {
    drive = new DriveFixture(folder, partners);
    for (int i = 0; i < FILES; i++) {
      drive.write(FileSystem.ROOT, "file" + i, new byte[0]);
    }
    drive.publish();
  }

  @AfterEach
  void close() throws Exception {
    drive.close();
  }

  private static Map<String, Attributes> listing(FileSystem files, long directory)
      throws IOException {
    Map<String, Long> inodes = new TreeMap<>();
    files.readDirectory(
        directory, 0, (name, inode, kind, cookie) -> inodes.put("" + name, inode) == null);
    Map<String, Attributes> found = new TreeMap<>();
    for (Map.Entry<String, Long> entry : inodes.entrySet()) {
      found.put(entry.getKey(), files.attributes(entry.getValue()));
    }
    return found;
  }

  private Map<String, Attributes> restored() throws Exception {
    FileSystem files = drive.restore().fileSystem(ME);
    return listing(files, files.lookup(FileSystem.ROOT, FileName.of("live")).inode());
  }

  private void change(int round) throws IOException {
    for (int i = round; i < FILES; i += 100) {
      long inode = drive.fs.lookup(FileSystem.ROOT, FileName.of("file" + i)).inode();
      drive.fs.change(ME, inode, AttributeChange.mode(0600));
    }
  }

  /** How often partners are asked for parts of trees when the folder is listed. */
  private long readsOfListing() throws Exception {
    Set<PackId> trees = new HashSet<>();
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          if (row.kind() == PackKind.TREE) {
            trees.add(id);
          }
        });
    partners.calls.clear();
    assertEquals(FILES, restored().size());
    return partners.calls.stream().filter(call -> trees.contains(call.shard().pack())).count();
  }

  /** One round more: to the pack of the former pages, which all later states have in common. */
  @Test
  void aViewFromTheKitReadsAPatchedFolderInAtMostTwiceTheRounds() throws Exception {
    long whole = readsOfListing();
    assertTrue(whole > 0);
    for (int round = 0; round < 5; round++) {
      change(round);
      drive.publish();
      long patched = readsOfListing();
      assertTrue(patched <= 2 * whole, patched + " reads instead of " + whole);
    }
  }

  @Test
  void aPatchedFolderIsReadWhileAPartnerIsAway() throws Exception {
    change(0);
    drive.publish();
    Map<String, Attributes> all = restored();
    assertEquals(0600, all.get("file100").mode());
    assertEquals(0644, all.get("file101").mode());
    partners.behave(PackTestPartners.owner(0), PackTestPartners.Manner.DEAD);
    assertEquals(all, restored());
    partners.behave(PackTestPartners.owner(0), PackTestPartners.Manner.CORRUPT);
    assertEquals(all, restored());
  }
}
