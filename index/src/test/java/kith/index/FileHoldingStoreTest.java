package kith.index;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class FileHoldingStoreTest extends HoldingStoreContract {
  @TempDir Path directory;
  private Home home;
  private Rows rows;

  @Override
  HoldingStore open() throws IOException {
    home = Home.open(directory);
    rows = new MemoryStorage().rows(() -> {});
    return new FileHoldingStore(home, HOLDER, rows);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    rows.close();
    home.close();
  }
}
