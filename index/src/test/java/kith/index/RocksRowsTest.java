package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksRowsTest extends RowsContract {
  @TempDir Path directory;

  @Override
  RocksStorage storage() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Reserve reserve = new Reserve(directory.resolve("reserve"));
    return new RocksStorage(directory.resolve("db"), directory.resolve("checkpoints"), reserve);
  }

  @Test
  void aSecondNodeOnTheSameIndexIsRefused() throws IOException {
    try (RowStorage first = storage()) {
      assertThrows(HomeInUseException.class, this::storage);
      first.get(Table.META, new byte[1]);
    }
  }

  private static byte[] key(int i) {
    return new byte[] {(byte) i};
  }

  @Test
  void manyOpenedCheckpointsAreReadWithFewInMemory() throws IOException {
    int count = 3 * OpenCheckpoints.MOST;
    RocksStorage storage = storage();
    List<FrozenRows> opened = new ArrayList<>();
    try (Rows rows = new Rows(storage, () -> {}, null)) {
      for (int i = 0; i < count; i++) {
        opened.add(rows.checkpoint("c" + i, new Update().put(Table.META, key(i), key(i))));
      }
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < count; i++) {
          assertArrayEquals(key(i), opened.get(i).get(Table.META, key(i)));
          assertNull(opened.get(i).get(Table.META, key(i + 1)), "frozen before");
          assertTrue(storage.checkpointsInMemory() <= OpenCheckpoints.MOST);
        }
      }
      int[] met = {0};
      readAllAtOnce(opened, 0, met);
      assertEquals(count * (count + 1) / 2, met[0], "who is being read is not closed");
      opened.get(count - 1).close();
      assertThrows(
          IOException.class, () -> opened.get(count - 1).get(Table.META, key(0)), "closed");
      rows.dropCheckpoint("c" + (count - 1));
      for (FrozenRows each : opened) {
        each.close();
      }
      assertEquals(0, storage.checkpointsInMemory());
    }
  }

  /** Counts the rows of all, those of the next within the first row of the one before. */
  private static void readAllAtOnce(List<FrozenRows> opened, int from, int[] met)
      throws IOException {
    if (from == opened.size()) {
      return;
    }
    boolean[] first = {true};
    opened
        .get(from)
        .scan(
            Table.META,
            new byte[0],
            null,
            (key, value) -> {
              met[0]++;
              if (first[0]) {
                first[0] = false;
                readAllAtOnce(opened, from + 1, met);
              }
              return true;
            });
  }
}
