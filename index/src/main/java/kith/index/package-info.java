/**
 * What a node keeps on its own disk: rows in RocksDB, and beside them append-only, self-describing
 * files for bulk (staging segments, packs, held shards, ledgers). No network, no FUSE.
 *
 * <p>Rows gathers the changes of many operations in memory and commits them as one synced batch,
 * always after the staging bytes that they name (group commit).
 */
package kith.index;
