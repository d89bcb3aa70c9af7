package kith.index;

import java.io.IOException;
import java.util.List;

/**
 * Several filesystems that fill up together: there is as much room as on the one with the least.
 *
 * @param disks at least one
 */
record FullestDisk(List<DiskSpace> disks) implements DiskSpace {
  @Override
  public long free() throws IOException {
    long least = Long.MAX_VALUE;
    for (DiskSpace disk : disks) {
      least = Math.min(least, disk.free());
    }
    return least;
  }

  @Override
  public long total() throws IOException {
    long least = Long.MAX_VALUE;
    for (DiskSpace disk : disks) {
      least = Math.min(least, disk.total());
    }
    return least;
  }
}
