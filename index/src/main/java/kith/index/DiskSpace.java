package kith.index;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How much room there is on a filesystem. Safe for any number of threads. */
public interface DiskSpace {
  /** Bytes that may be written before it is full. */
  long free() throws IOException;

  /** Bytes that it has in all. */
  long total() throws IOException;

  /**
   * That of the fullest of the filesystems on which existing directories lie.
   *
   * @param directories at least one
   */
  static DiskSpace of(List<Path> directories) throws IOException {
    Map<Object, DiskSpace> disks = new LinkedHashMap<>();
    for (Path directory : directories) {
      disks.put(Files.getAttribute(directory, "unix:dev"), of(directory));
    }
    return new FullestDisk(List.copyOf(disks.values()));
  }

  /** That of the filesystem on which an existing directory lies. */
  static DiskSpace of(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return new DiskSpace() {
      @Override
      public long free() throws IOException {
        return store.getUsableSpace();
      }

      @Override
      public long total() throws IOException {
        return store.getTotalSpace();
      }
    };
  }
}
