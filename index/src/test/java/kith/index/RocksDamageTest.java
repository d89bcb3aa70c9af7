package kith.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index whose files are damaged is an error, or older, but never tells what was not written. */
final class RocksDamageTest {
  private static final int ROWS = 2000;

  @TempDir Path home;
  private long lost;

  /** Rows in a table file, and later ones in the log. */
  @BeforeEach
  void write() throws IOException {
    try (Home held = Home.open(home);
        Rows rows = Rows.open(held, () -> {})) {
      for (int i = 0; i < ROWS; i++) {
        rows.apply(new Update().put(Table.META, key(i), value(i)));
      }
      rows.sync();
      rows.checkpoint("flush", new Update()).close();
      rows.dropCheckpoint("flush");
      for (int i = ROWS; i < ROWS + 20; i++) {
        rows.apply(new Update().put(Table.META, key(i), value(i)));
        rows.sync();
      }
    }
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  private static byte[] value(int i) {
    byte[] value = new byte[500];
    new Random(i).nextBytes(value);
    return value;
  }

  private Path file(String ending) throws IOException {
    try (var files = Files.list(home.resolve("db"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(ending))
          .max(java.util.Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flip(Path file, long position) throws IOException {
    try (FileChannel open =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      open.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 4));
      open.write(one.flip(), position);
    }
  }

  /** How many rows are there, all of them right and none missing before the last. */
  private int readAll() throws IOException {
    try (Home held = Home.open(home);
        Rows rows = Rows.open(held, () -> {})) {
      lost = rows.lost();
      int found = 0;
      while (rows.get(Table.META, key(found)) != null) {
        org.junit.jupiter.api.Assertions.assertArrayEquals(
            value(found), rows.get(Table.META, key(found)));
        found++;
      }
      for (int i = found; i < ROWS + 20; i++) {
        assertNull(rows.get(Table.META, key(i)), "a row after one that is missing");
      }
      return found;
    }
  }

  private void refusesAndNamesTheIndex() {
    IOException refused = assertThrows(IOException.class, this::readAll);
    assertTrue(refused.getMessage().contains("index in " + home), refused.getMessage());
  }

  @Test
  void aFlippedByteInATableFileIsAnError() throws IOException {
    Path table = file(".*[.]sst");
    flip(table, Files.size(table) / 3);
    assertThrows(IOException.class, this::readAll);
  }

  @Test
  void aTornLogCostsWhatWasNotWholeAtItsEndOnly() throws IOException {
    Path log = file(".*[.]log");
    try (FileChannel open = FileChannel.open(log, StandardOpenOption.WRITE)) {
      open.truncate(open.size() - 100);
    }
    assertEquals(ROWS + 19, readAll());
    assertEquals(1, lost, "it was durable once, and is missed");
    assertEquals(ROWS + 19, readAll());
    assertEquals(0, lost, "told once");
  }

  @Test
  void aFlippedByteInTheLogCostsWhatFollowsButGivesNoWrongRow() throws IOException {
    Path log = file(".*[.]log");
    flip(log, Files.size(log) / 2);
    int found = readAll();
    assertTrue(found >= ROWS && found < ROWS + 20, found + " rows");
    assertEquals(ROWS + 20 - found, lost, "what is gone is counted");
  }

  @Test
  void withoutDamageNothingIsMissed() throws IOException {
    assertEquals(ROWS + 20, readAll());
    assertEquals(0, lost);
  }

  @Test
  void aDamagedOrMissingMarkMissesNothing() throws IOException {
    Path mark = home.resolve("db.mark");
    flip(mark, 3);
    flip(mark, 16);
    assertEquals(ROWS + 20, readAll());
    assertEquals(0, lost);
    Files.delete(mark);
    assertEquals(ROWS + 20, readAll());
    assertEquals(0, lost);
  }

  @Test
  void aMissingManifestIsRefused() throws IOException {
    Files.delete(file("MANIFEST-.*"));
    refusesAndNamesTheIndex();
  }

  @Test
  void aMissingCurrentIsRefusedAndNothingIsOverwritten() throws IOException {
    Files.delete(file("CURRENT"));
    Path table = file(".*[.]sst");
    byte[] before = Files.readAllBytes(table);
    refusesAndNamesTheIndex();
    org.junit.jupiter.api.Assertions.assertArrayEquals(before, Files.readAllBytes(table));
  }

  @Test
  void aFlippedByteInCurrentIsRefused() throws IOException {
    Path current = file("CURRENT");
    Files.writeString(current, Files.readString(current, UTF_8).replace("MANIFEST", "MANIFESU"));
    refusesAndNamesTheIndex();
  }

  @Test
  void aHomeWhoseFormatWasNotWrittenWholeIsOpened() throws IOException {
    Files.writeString(home.resolve("format"), "");
    assertEquals(ROWS + 20, readAll());
    assertEquals("1", Files.readString(home.resolve("format")).strip());
  }

  @Test
  void aLostReserveIsMadeAgain() throws IOException {
    Files.deleteIfExists(home.resolve("reserve"));
    assertEquals(ROWS + 20, readAll());
  }
}
