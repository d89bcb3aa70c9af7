package kith.index;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksRowsTest extends RowsContract {
  @TempDir Path directory;

  @Override
  RowStorage storage() throws IOException {
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
}
