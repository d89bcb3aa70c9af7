package kith.fs;

import java.time.Instant;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * A snapshot of the drive.
 *
 * @param number unique on the drive, ascending, from 1; below {@link SnapshotTrees#MAX_NUMBER}
 * @param name of its directory
 * @param time when it was taken
 * @param root of its packed tree; empty as long as that is being built
 * @param files names in it that are no directories
 * @param bytes sum of the sizes of its regular files
 */
public record SnapshotEntry(
    long number, FileName name, Instant time, Optional<ChunkRef> root, long files, long bytes) {
  private static final int VERSION = 1;

  public SnapshotEntry {
    if (number < 1 || number >= SnapshotTrees.MAX_NUMBER) {
      throw new IllegalArgumentException("snapshot number " + number);
    }
  }

  /** Version u8, name, time, 0 or 1 and the root, files u64, bytes u64. The number is the key. */
  byte[] toBytes() {
    PageOutput out = new PageOutput().u8(VERSION).sized(name.toBytes()).time(Timestamp.of(time));
    return out.optional(root).u64(files).u64(bytes).toBytes();
  }

  static SnapshotEntry ofBytes(long number, byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "snapshot");
    int version = in.u8();
    if (version != VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    if (number < 1 || number >= SnapshotTrees.MAX_NUMBER) {
      throw in.corrupt("number " + number);
    }
    FileName name = TreeNodeRow.name(in.sized(FileName.MAX_LENGTH));
    Instant time = instant(in);
    Optional<ChunkRef> root = in.optionalChunk();
    SnapshotEntry entry = new SnapshotEntry(number, name, time, root, in.count64(), in.count64());
    in.end();
    return entry;
  }

  private static Instant instant(PageInput in) throws CorruptDataException {
    Timestamp time = in.time();
    if (time.seconds() < Instant.MIN.getEpochSecond()
        || time.seconds() > Instant.MAX.getEpochSecond()) {
      throw in.corrupt("time " + time);
    }
    return Instant.ofEpochSecond(time.seconds(), time.nanos());
  }
}
