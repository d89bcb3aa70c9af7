package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written before a snapshot is in it, though the kernel still holds it back. */
final class CliSnapshotTest {
  @TempDir Path folder;

  @Test
  void aSnapshotHasWhatWasWrittenToFilesThatAreStillOpen() throws IOException {
    try (CliHome owner = new CliHome(folder.resolve("o")).init("127.0.0.123:5484")) {
      Path drive = owner.beside("drive");
      owner.mount(drive);
      try (var file = new RandomAccessFile(drive.resolve("f").toFile(), "rw")) {
        file.write("before the first".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        owner.done("snapshot", "create", "first");
        file.seek(0);
        file.write("changed".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.createDirectory(drive.resolve(".snapshots/second"));
        file.seek(0);
        file.write("later".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      Path past = drive.resolve(".snapshots");
      assertEquals("before the first", Files.readString(past.resolve("first/f")));
      assertEquals("changedthe first", Files.readString(past.resolve("second/f")));
      assertEquals("lateredthe first", Files.readString(drive.resolve("f")));
    }
  }
}
