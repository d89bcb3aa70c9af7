package kith.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The few things that are done with bulk files, so that tests can lose what was not forced, fill
 * the disk or damage bytes. Safe for any number of threads.
 */
public interface Disk {
  /** The filesystem of this machine. */
  static Disk real() {
    return new RealDisk();
  }

  /**
   * Makes a file and opens it for reading and writing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  DiskFile create(Path file) throws IOException;

  /**
   * Opens a file for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile open(Path file) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile openRead(Path file) throws IOException;

  boolean exists(Path file) throws IOException;

  /** Renames atomically, over a file if there is one; durable once the directory is forced. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a file; no error if there is none. */
  void delete(Path file) throws IOException;

  /** Makes a directory and those above it, durably; no error if they are there. */
  void makeDirectory(Path directory) throws IOException;

  /** The names in a directory, sorted. */
  List<String> list(Path directory) throws IOException;

  /** Makes the entries of a directory durable. */
  void forceDirectory(Path directory) throws IOException;
}
