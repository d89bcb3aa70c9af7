package kith.fs;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The drive does what every filesystem must. */
final class DriveContractTest implements FileSystemContract {
  @TempDir Path folder;
  private DriveFixture drive;

  @BeforeEach
  void open() throws Exception {
    drive = new DriveFixture(folder, new PackTestPartners(3));
  }

  @AfterEach
  void close() throws Exception {
    drive.close();
  }

  @Override
  public FileSystem fileSystem() {
    return drive.fs;
  }
}
