package kith.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of RocksDB could not be forced: what was in it then may be gone after a power loss. */
final class RocksForceTest {
  private static final int TORN = 300;

  @TempDir Path directory;

  private RocksStorage open(Path root) throws IOException {
    Files.createDirectories(root.resolve("checkpoints"));
    Reserve reserve = new Reserve(root.resolve("reserve"));
    return new RocksStorage(root.resolve("db"), root.resolve("checkpoints"), reserve);
  }

  private static Layer layer(int number) {
    Update update = new Update().put(Table.META, RowsTest.number(number), new byte[1000]);
    return Layer.EMPTY.with(update);
  }

  private static byte[] row(RowStorage storage, int number) throws IOException {
    return storage.get(Table.META, RowsTest.number(number));
  }

  /** What is durable of the logs, and something of what will follow: lengths in bytes. */
  private Map<String, Long> logs() throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        lengths.put(log.getFileName().toString(), Files.size(log) + TORN);
      }
    }
    return lengths;
  }

  /** The database as a power loss leaves it: of some logs only the beginning. */
  private Path afterPowerLoss(Map<String, Long> cut) throws IOException {
    Path root = directory.resolve("copy");
    Files.createDirectories(root.resolve("db"));
    List<Path> files;
    try (Stream<Path> all = Files.list(directory.resolve("db"))) {
      files = all.toList();
    }
    for (Path file : files) {
      Path copy = Files.copy(file, root.resolve("db").resolve(file.getFileName()));
      Long length = cut.get(file.getFileName().toString());
      if (length != null) {
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
          channel.truncate(length);
        }
      }
    }
    return root;
  }

  @Test
  void rowsAreDurableThoughTheLogBeforeThemWasCut() throws IOException {
    Path after;
    try (RocksStorage storage = open(directory)) {
      storage.write(layer(1));
      Map<String, Long> durable = logs();
      storage.afterForce(
          () -> {
            throw new IOException("Input/output error");
          });
      assertThrows(IOException.class, () -> storage.write(layer(2)));
      storage.afterForce(() -> {});
      storage.write(layer(2));
      storage.write(layer(3));
      after = afterPowerLoss(durable);
    }
    try (RocksStorage storage = open(after)) {
      for (int i = 1; i <= 3; i++) {
        assertNotNull(row(storage, i), "row " + i);
      }
    }
  }

  @Test
  void rowsAreDurableThoughTheLogOfTheProcessBeforeWasCut() throws IOException {
    Path after;
    Map<String, Long> durable;
    try (RocksStorage storage = open(directory)) {
      storage.write(layer(1));
      durable = logs();
      storage.write(layer(2)); // its force is the one that failed
    }
    try (RocksStorage storage = open(directory)) {
      storage.write(layer(3));
      after = afterPowerLoss(durable);
    }
    try (RocksStorage storage = open(after)) {
      assertNotNull(row(storage, 1));
      assertNotNull(row(storage, 3));
    }
  }

  @Test
  void theLogThatWasCutIsTheOneThatCounts() throws IOException {
    Path after;
    try (RocksStorage storage = open(directory)) {
      storage.write(layer(1));
      Map<String, Long> durable = logs();
      storage.write(layer(2));
      after = afterPowerLoss(durable);
      assertEquals(1, durable.size());
      assertTrue(durable.values().iterator().next() > 1000);
    }
    try (RocksStorage storage = open(after)) {
      assertNotNull(row(storage, 1));
      assertNull(row(storage, 2));
    }
  }
}
