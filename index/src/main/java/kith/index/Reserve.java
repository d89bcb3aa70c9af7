package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that are kept back on the disk, so that what frees space can still be written when the disk
 * is full. For one thread at a time.
 */
final class Reserve {
  /** How much is kept back, in bytes. */
  static final int BYTES = 16 << 20;

  /** Below this the disk counts as full, in bytes. */
  private static final long SCARCE = 24 << 20;

  private final Path file;
  private boolean filled;

  /**
   * @param file made and removed here; its directory exists
   */
  Reserve(Path file) throws IOException {
    this.file = file;
    this.filled = Files.exists(file) && Files.size(file) == BYTES;
  }

  /** Keeps bytes back, if that is not done yet and leaves several times as many free. */
  void fill() throws IOException {
    if (filled || free() < 4L * BYTES) {
      return;
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      long noise = 0x9e3779b97f4a7c15L; // zeros would take no room where files are compressed
      while (channel.position() < BYTES) {
        for (buffer.clear(); buffer.hasRemaining(); ) {
          noise ^= noise << 13;
          noise ^= noise >>> 7;
          noise ^= noise << 17;
          buffer.putLong(noise);
        }
        channel.write(buffer.flip());
      }
      channel.force(false);
    }
    filled = true;
  }

  /** Gives the bytes free if the disk is full; returns whether there were any. */
  boolean releaseIfScarce() throws IOException {
    if (free() >= SCARCE) {
      return false;
    }
    filled = false;
    return Files.deleteIfExists(file);
  }

  private long free() throws IOException {
    return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
  }
}
