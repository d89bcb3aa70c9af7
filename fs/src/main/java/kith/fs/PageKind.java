package kith.fs;

import kith.codec.CorruptDataException;

/** What a sorted table contains; every page says it, so that no table passes for another. */
enum PageKind {
  /** File name -> {@link TreeRecord}. */
  DIRECTORY(1),
  /** End of a piece in its file, u64 -> its chunk. */
  CONTENT(2),
  /** Inode number u64 -> where its record is: {@link TreeNodeRow}. */
  NODES(3),
  /** Snapshot number u64 -> {@link SnapshotEntry}. */
  SNAPSHOTS(4),
  /** Chunk ids and pack ids -> places: {@link IndexRun}. */
  INDEX(5);

  private final int tag;

  PageKind(int tag) {
    this.tag = tag;
  }

  /** The byte that stands for this kind in pages. */
  int tag() {
    return tag;
  }

  static PageKind of(int tag) throws CorruptDataException {
    for (PageKind kind : values()) {
      if (kind.tag == tag) {
        return kind;
      }
    }
    throw new CorruptDataException("page kind " + tag + " is unknown");
  }
}
