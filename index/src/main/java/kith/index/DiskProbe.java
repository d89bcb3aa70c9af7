package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** Tries whether a disk still takes and gives bytes. For one thread. */
public final class DiskProbe {
  private static final int SIZE = 4096;

  private final Disk disk;
  private final Path file;
  private byte next;

  /**
   * @param directory on that disk; a file "probe" comes and goes there
   */
  public DiskProbe(Path directory) {
    this(Disk.real(), directory);
  }

  DiskProbe(Disk disk, Path directory) {
    this.disk = disk;
    this.file = directory.resolve("probe");
  }

  /**
   * Writes a file, forces it, and reads it again.
   *
   * @throws IOException if that fails; a full disk is none that is sick
   */
  public void run() throws IOException {
    byte[] written = new byte[SIZE];
    Arrays.fill(written, ++next);
    try {
      disk.delete(file);
      try (DiskFile probe = disk.create(file)) {
        probe.write(ByteBuffer.wrap(written), 0);
        probe.force();
        ByteBuffer read = ByteBuffer.allocate(SIZE);
        if (probe.read(read, 0) != SIZE || !Arrays.equals(written, read.array())) {
          throw new IOException("the disk gives other bytes than it took");
        }
      }
    } catch (IOException e) {
      if (!DiskFull.is(e)) {
        throw e;
      }
    } finally {
      disk.delete(file);
    }
  }
}
