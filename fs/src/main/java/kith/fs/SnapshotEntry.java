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
 * @param held whether it must not be dropped until it is released
 */
public record SnapshotEntry(
    long number,
    FileName name,
    Instant time,
    Optional<ChunkRef> root,
    long files,
    long bytes,
    boolean held) {
  private static final int WITHOUT_FLAGS = 1;
  private static final int VERSION = 2;
  private static final int HELD = 1;

  public SnapshotEntry {
    if (number < 1 || number >= SnapshotTrees.MAX_NUMBER) {
      throw new IllegalArgumentException("snapshot number " + number);
    }
  }

  /** The same, held or not. */
  SnapshotEntry held(boolean now) {
    return new SnapshotEntry(number, name, time, root, files, bytes, now);
  }

  /** The number is the key (docs/formats/trees.md). */
  byte[] toBytes() {
    PageOutput out = new PageOutput().u8(VERSION).sized(name.toBytes()).time(Timestamp.of(time));
    return out.optional(root).u64(files).u64(bytes).u8(held ? HELD : 0).toBytes();
  }

  static SnapshotEntry ofBytes(long number, byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "snapshot");
    int version = in.u8();
    if (version != VERSION && version != WITHOUT_FLAGS) {
      throw in.corrupt("version " + version + " is unknown");
    }
    if (number < 1 || number >= SnapshotTrees.MAX_NUMBER) {
      throw in.corrupt("number " + number);
    }
    FileName name = TreeNodeRow.name(in.sized(FileName.MAX_LENGTH));
    Instant time = instant(in);
    Optional<ChunkRef> root = in.optionalChunk();
    SnapshotEntry entry =
        new SnapshotEntry(number, name, time, root, in.count64(), in.count64(), false);
    int flags = version == WITHOUT_FLAGS ? 0 : in.u8();
    if (flags > HELD) {
      throw in.corrupt("flags " + flags + " are unknown");
    }
    in.end();
    return entry.held(flags == HELD);
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
