package kith.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import kith.fs.FileSystem;
import kith.fs.TestDrive;

/** The real drive, with three partners in memory, whose duties run beside the mount. */
final class DriveSource implements FileSystemSource {
  private Path home;
  private TestDrive drive;

  @Override
  public FileSystem open(String argument) throws IOException {
    home = Files.createTempDirectory("kith-drive");
    drive = new TestDrive(home);
    return drive.fileSystem();
  }

  @Override
  public void close() throws IOException {
    drive.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
