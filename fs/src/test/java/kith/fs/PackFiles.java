package kith.fs;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Damages files as disks do. */
final class PackFiles {
  private PackFiles() {}

  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, READ, WRITE);
  }

  /** Flips a bit. */
  static void flip(Path file, long position) throws IOException {
    try (FileChannel channel = open(file)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 4));
      channel.write(one.flip(), position);
    }
  }

  /** Cuts a file. */
  static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = open(file)) {
      channel.truncate(length);
    }
  }
}
