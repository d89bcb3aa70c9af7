package kith.index;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The filesystem of this machine. */
final class RealDisk implements Disk {
  @Override
  public DiskFile create(Path file) throws IOException {
    return new RealFile(file, FileChannel.open(file, CREATE_NEW, READ, WRITE), READ, WRITE);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new RealFile(file, FileChannel.open(file, READ, WRITE), READ, WRITE);
  }

  @Override
  public DiskFile openRead(Path file) throws IOException {
    return new RealFile(file, FileChannel.open(file, READ), READ);
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        makeDirectory(parent);
      }
      Files.createDirectories(directory);
      if (parent != null) {
        forceDirectory(parent);
      }
    }
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (RealFile open = new RealFile(directory, FileChannel.open(directory, READ), READ)) {
      open.force(true);
    }
  }
}
