package kith.nativetest;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.FileSystem;
import kith.fs.TestDrive;

/**
 * The real drive on a disk that forgets what was not synced when the process is killed. The
 * argument is its home, which is found again by the next process.
 */
final class ForgetfulSource implements FileSystemSource {
  private TestDrive drive;

  @Override
  public FileSystem open(String argument) throws IOException {
    drive = new TestDrive(Path.of(argument), new ForgetfulDisk());
    return drive.fileSystem();
  }

  @Override
  public void close() throws IOException {
    drive.close();
  }
}
