package kith.index;

/**
 * The tables of the index, one RocksDB column family each. Keys are big-endian, so that byte order
 * is the order of the numbers. docs/formats/ says what the rows hold.
 */
public enum Table {
  /** name (UTF-8) -> value: counters, format version, flags. */
  META,
  /** inode u64 -> attributes. */
  INODES,
  /** directory inode u64, name bytes -> child inode u64, type u8. */
  DIRENTS,
  /** inode u64, directory inode u64 -> how many names it has there, u32. */
  PARENTS,
  /** inode u64, attribute name bytes -> value bytes. */
  XATTRS,
  /** inode u64, file offset u64 -> where these bytes lie: staging or a chunk. */
  EXTENTS,
  /** inode u64 -> has bytes in staging that wait for ingest. */
  DIRTY,
  /** directory or file inode u64 -> epoch of its last change, and its tree object if still true. */
  TREES,
  /** chunk id -> pack id, offset u32, length u32, raw length u32. */
  CHUNKS,
  /** pack id -> kind, length, code, state. */
  PACKS,
  /** pack id, shard index u8 -> state, holder, acknowledgement. */
  SHARDS,
  /** snapshot number u64 -> name, time, state, root. */
  SNAPSHOTS,
  /** index run number u64 -> its root page and packs. */
  RUNS,
  /** partner's owner id -> addresses, agreement, counters. */
  PARTNERS,
  /** invitation id -> terms, expiry, used. */
  INVITATIONS,
  /** direction u8, other side's owner id -> an agreement that one of the two has not signed yet. */
  OFFERS,
  /** owner id -> what we hold for him in total, his heads, ledger position. */
  HELD_OWNERS,
  /** owner id, shard name -> size, Merkle root, state, ledger sequence number. */
  HELD_SHARDS,
  /** owner id, shard name -> since when it lies in the trash, its drop, and the row that it had. */
  HELD_TRASH,
  /** owner id -> the newest record of his node that is known, and who told of it. */
  KNOWN_NODES,
  /** inode u64 -> when the file was last restored from the partners alone, and what came of it. */
  DRILLS;

  /** How many tables there are. */
  static final int COUNT = values().length;

  /** A place in arrays with one element per table; never stored. */
  @SuppressWarnings("EnumOrdinal")
  int place() {
    return ordinal();
  }
}
