package kith.fs;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The drive does what every filesystem must. */
final class DriveContractTest implements FileSystemContract, FileSystemContractInodes {
  @TempDir Path folder;
  private DriveFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new DriveFixture(folder, new PackTestPartners(3));
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Override
  public FileSystem drive() {
    return fixture.fs;
  }
}
