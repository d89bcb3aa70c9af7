package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

final class MemoryFileSystemTest implements FileSystemContract, FileSystemContractInodes {
  private final FileSystem drive = new MemoryFileSystem(InstantSource.system(), 100 << 20);

  @Override
  public FileSystem drive() {
    return drive;
  }

  @Test
  void refusesWhatItHasNoRoomFor() throws IOException {
    var small = new MemoryFileSystem(InstantSource.system(), 10_000);
    var opened = small.create(caller(), FileSystem.ROOT, FileName.of("f"), 0644);
    assertFails(
        Reason.NO_SPACE, () -> small.write(opened.handle(), 0, ByteBuffer.allocate(10_001)));
  }
}
