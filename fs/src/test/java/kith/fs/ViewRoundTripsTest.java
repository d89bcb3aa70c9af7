package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kith.codec.ShardLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many answers of partners a view waits for, one after the other, from the head on: no more of
 * a large drive than of a small one, but for what the depth of a tree adds.
 */
@Timeout(600)
final class ViewRoundTripsTest {
  /** From the head to the names in the root of a snapshot. */
  private static final int FIRST_LISTING = 9;

  /** For each name of a path: a page of fences and one of entries. */
  private static final int PER_NAME = 2;

  /** For some names of a large folder, or one of them. */
  private static final int SOME_NAMES = 4;

  private static final int MANY = 200_000;

  /** Of the large index; the property has a test take longer. */
  private static final int CHUNKS = Integer.getInteger("kith.view.chunks", 1_000_000);

  private static final FetcherSettings PATIENT =
      new FetcherSettings(
          Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(5), 16, 0, 0);

  @TempDir Path folder;

  private PackedDrive drive(int files, int entries, int chunks) throws Exception {
    PackedDrive drive = new PackedDrive(folder);
    drive.files(files);
    drive.folder("many", entries);
    drive.snapshot("saved");
    drive.index(chunks);
    return drive;
  }

  private static List<String> firstListing(PackedDrive.View view) throws IOException {
    List<String> names = new ArrayList<>();
    long root = root(view);
    view.files().readDirectory(root, 0, (name, inode, kind, cookie) -> names.add(name.toString()));
    return names;
  }

  private static long root(PackedDrive.View view) throws IOException {
    return view.files().lookup(FileSystem.ROOT, name("saved")).inode();
  }

  private static long follow(PackedDrive.View view, List<String> path) throws IOException {
    long at = root(view);
    for (String each : path) {
      at = view.files().lookup(at, name(each)).inode();
    }
    return at;
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "10000, 100", "20000, " + MANY})
  void whatIsWaitedForDoesNotGrowWithTheTree(int files, int entries) throws Exception {
    try (PackedDrive drive = drive(files, entries, 0)) {
      try (var view = drive.view(FetcherSettings.DEFAULT)) {
        assertTrue(firstListing(view).containsAll(List.of("folder-0", "many")));
        assertWithin(FIRST_LISTING, view);
      }
      try (var view = drive.view(FetcherSettings.DEFAULT)) {
        List<String> deepest = drive.deepest();
        assertTrue(view.files().attributes(follow(view, deepest)).size() > 0);
        assertWithin(FIRST_LISTING + PER_NAME * deepest.size(), view);
      }
    }
  }

  @Test
  void ofALargeFolderOnlyWhatIsAskedForIsRead() throws Exception {
    try (PackedDrive drive = drive(100, MANY, 0);
        var view = drive.view(FetcherSettings.DEFAULT)) {
      long many = follow(view, List.of("many"));
      view.trips.begin();
      int[] left = {100};
      view.files().readDirectory(many, 0, (name, inode, kind, cookie) -> --left[0] > 0);
      assertWithin(SOME_NAMES, view);
      view.trips.begin();
      view.files().lookup(many, name("e" + MANY / 3));
      assertWithin(SOME_NAMES, view);

      view.trips.begin();
      int[] seen = {0};
      view.files().readDirectory(many, 0, (name, inode, kind, cookie) -> ++seen[0] > 0);
      assertEquals(MANY, seen[0]);
      long read = (long) view.trips.blocks() * ShardLayout.BLOCK;
      assertTrue(read > 0 && read <= drive.bytes(), read + " of " + drive.bytes());
    }
  }

  @Test
  void anIndexOfMillionsOfChunksIsNotReadForAListing() throws Exception {
    try (PackedDrive drive = drive(100, 100, CHUNKS)) {
      try (var view = drive.view(FetcherSettings.DEFAULT)) {
        firstListing(view);
        assertWithin(FIRST_LISTING, view);
        int perRun = 4;
        assertTrue(view.trips.total() <= FIRST_LISTING + perRun * drive.runs().size(), told(view));
      }
      drive.partners.behave(PackTestPartners.owner(1), PackTestPartners.Manner.DEAD);
      try (var view = drive.view(FetcherSettings.DEFAULT, PackTestPartners.owner(1))) {
        firstListing(view);
        assertWithin(FIRST_LISTING, view);
      }
    }
  }

  @Test
  void whoDidNotTellAHeadIsNotWaitedForFirst() throws Exception {
    try (PackedDrive drive = drive(100, 100, 0)) {
      drive.partners.behave(PackTestPartners.owner(2), PackTestPartners.Manner.SILENT);
      try (var view = drive.view(PATIENT, PackTestPartners.owner(2))) {
        assertEquals(List.of("folder-0", "many"), firstListing(view));
      }
    }
  }

  private static void assertWithin(int trips, PackedDrive.View view) {
    assertTrue(view.trips.inSequence() <= trips, trips + " allowed" + told(view));
  }

  private static String told(PackedDrive.View view) {
    return ": " + view.trips.inSequence() + " in sequence, " + view.trips.total() + " in all";
  }
}
