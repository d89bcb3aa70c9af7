package kith.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What rows do, over any storage. */
abstract class RowsContract {
  private static final Barrier NOTHING = () -> {};

  /** Opens the storage of this test, with what was written before. */
  abstract RowStorage storage() throws IOException;

  private Rows rows() throws IOException {
    return new Rows(storage(), NOTHING, null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Update put(String key, String value) {
    return new Update().put(Table.INODES, bytes(key), bytes(value));
  }

  static String get(RowView rows, String key) throws IOException {
    byte[] value = rows.get(Table.INODES, bytes(key));
    return value == null ? null : new String(value, UTF_8);
  }

  static List<String> scan(RowView rows, String from, String to) throws IOException {
    List<String> seen = new ArrayList<>();
    rows.scan(
        Table.INODES,
        bytes(from),
        to == null ? null : bytes(to),
        (key, value) -> seen.add(new String(key, UTF_8) + "=" + new String(value, UTF_8)));
    return seen;
  }

  @Test
  void updatesAreSeenAtOnce() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "1"));
      assertEquals("1", get(rows, "a"));
      assertEquals(List.of("a=1"), scan(rows, "", null));
      assertNull(rows.get(Table.META, bytes("a")));
    }
  }

  @Test
  void syncedRowsAreThereAfterOpeningAgain() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "1").put(Table.META, bytes("m"), new byte[0]));
      rows.sync();
    }
    try (Rows rows = rows()) {
      assertEquals("1", get(rows, "a"));
      assertArrayEquals(new byte[0], rows.get(Table.META, bytes("m")));
    }
  }

  @Test
  void deletedRowsAreGoneFromGetAndScan() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "1").put(Table.INODES, bytes("b"), bytes("2")));
      rows.sync();
      rows.apply(new Update().delete(Table.INODES, bytes("a")));
      assertNull(get(rows, "a"));
      assertEquals(List.of("b=2"), scan(rows, "", null));
      rows.sync();
      assertNull(get(rows, "a"));
      assertEquals(List.of("b=2"), scan(rows, "", null));
    }
  }

  @Test
  void scansKeepToTheirRangeInUnsignedOrder() throws IOException {
    try (Rows rows = rows()) {
      byte[] high = {(byte) 0xff};
      rows.apply(put("a", "1").put(Table.INODES, high, bytes("h")));
      rows.sync();
      rows.apply(put("b", "2").put(Table.INODES, bytes("c"), bytes("3")));
      assertEquals(List.of("b=2"), scan(rows, "b", "c"));
      assertEquals(List.of("a=1", "b=2"), scan(rows, "", "c"));
      List<byte[]> keys = new ArrayList<>();
      rows.scan(Table.INODES, new byte[0], null, (key, value) -> keys.add(key));
      assertEquals(4, keys.size());
      assertArrayEquals(high, keys.get(3));
    }
  }

  @Test
  void scansEndWhenTheVisitorHasEnough() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "1").put(Table.INODES, bytes("b"), bytes("2")));
      List<byte[]> keys = new ArrayList<>();
      rows.scan(
          Table.INODES,
          new byte[0],
          null,
          (key, value) -> {
            keys.add(key);
            return false;
          });
      assertEquals(1, keys.size());
    }
  }

  @Test
  void visitorsMayReadTheRows() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "b").put(Table.INODES, bytes("b"), bytes("end")));
      rows.sync();
      List<String> seen = new ArrayList<>();
      rows.scan(
          Table.INODES,
          bytes("a"),
          bytes("b"),
          (key, value) -> seen.add(get(rows, new String(value, UTF_8))));
      assertEquals(List.of("end"), seen);
    }
  }

  @Test
  void frozenRowsDoNotChange() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "1"));
      try (FrozenRows frozen = rows.freeze()) {
        rows.apply(put("a", "2"));
        rows.sync();
        rows.apply(new Update().delete(Table.INODES, bytes("a")));
        assertEquals("1", get(frozen, "a"));
        assertEquals(List.of("a=1"), scan(frozen, "", null));
        assertNull(get(rows, "a"));
      }
    }
  }

  @Test
  void checkpointsOutliveTheProcess() throws IOException {
    try (Rows rows = rows()) {
      rows.apply(put("a", "1"));
      try (FrozenRows checkpoint = rows.checkpoint("one", put("b", "2"))) {
        assertEquals(List.of("a=1", "b=2"), scan(checkpoint, "", null));
      }
      assertEquals("2", get(rows, "b"));
      rows.apply(put("a", "changed"));
    }
    try (Rows rows = rows()) {
      assertEquals(List.of("one"), rows.checkpoints());
      try (FrozenRows checkpoint = rows.openCheckpoint("one")) {
        assertEquals(List.of("a=1", "b=2"), scan(checkpoint, "", null));
        assertEquals("1", get(checkpoint, "a"));
      }
      rows.dropCheckpoint("one");
      rows.dropCheckpoint("one");
      assertEquals(List.of(), rows.checkpoints());
      assertThrows(NoSuchFileException.class, () -> rows.openCheckpoint("one"));
    }
  }

  @Test
  void aCheckpointOfATakenNameChangesNothing() throws IOException {
    try (Rows rows = rows()) {
      rows.checkpoint("one", new Update()).close();
      assertThrows(FileAlreadyExistsException.class, () -> rows.checkpoint("one", put("b", "2")));
      assertNull(get(rows, "b"));
    }
  }

  @Test
  void behavesAsASortedMapUnderRandomUse() throws IOException {
    long seed = 20261121;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    TreeMap<String, String> model = new TreeMap<>();
    Rows rows = rows();
    for (int step = 0; step < 3000; step++) {
      Update update = new Update();
      for (int i = random.nextInt(4); i >= 0; i--) {
        change(random, model, update);
      }
      rows.apply(update);
      if (random.nextInt(40) == 0) {
        rows.sync();
      }
      if (random.nextInt(600) == 0) {
        rows.close();
        rows = rows();
      }
      String from = "%03d".formatted(random.nextInt(300));
      String to = "%03d".formatted(random.nextInt(300));
      String message = "seed " + seed + " step " + step;
      assertEquals(model.get(from), get(rows, from), message);
      if (from.compareTo(to) <= 0) {
        List<String> expected = new ArrayList<>();
        model.subMap(from, to).forEach((key, value) -> expected.add(key + "=" + value));
        assertEquals(expected, scan(rows, from, to), message);
      }
    }
    rows.close();
  }

  private static void change(
      RandomGenerator random, java.util.Map<String, String> model, Update update) {
    String key = "%03d".formatted(random.nextInt(300));
    if (random.nextInt(3) == 0) {
      model.remove(key);
      update.delete(Table.INODES, bytes(key));
    } else {
      String value = "v".repeat(random.nextInt(20)) + random.nextInt();
      model.put(key, value);
      update.put(Table.INODES, bytes(key), bytes(value));
    }
  }

  static byte[] key(long number) {
    byte[] key = new byte[8];
    java.nio.ByteBuffer.wrap(key).putLong(number);
    return key;
  }
}
