package kith.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kith.index.Disk;
import kith.index.DiskFile;

/** A real disk that can be full, and shows when something is renamed into place. */
final class PackTestDisk implements Disk {
  private final Disk real = Disk.real();
  volatile boolean full;
  volatile Runnable onRename = () -> {};

  @Override
  public DiskFile create(Path file) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    return real.create(file);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return real.open(file);
  }

  @Override
  public DiskFile openRead(Path file) throws IOException {
    return real.openRead(file);
  }

  @Override
  public boolean exists(Path file) throws IOException {
    return real.exists(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    onRename.run();
    real.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    real.delete(file);
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    real.makeDirectory(directory);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return real.list(directory);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    real.forceDirectory(directory);
  }
}
