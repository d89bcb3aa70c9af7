/**
 * What a node keeps on its own disk: rows in RocksDB, and beside them append-only, self-describing
 * files for bulk (staging segments, packs, held shards, ledgers). No network, no FUSE.
 *
 * <p>Home lays out the directory. Rows gathers the updates of many operations in immutable layers
 * in memory and commits them as one synced batch, always after the staging bytes that they name
 * (group commit). Staging, PackStore, HoldingStore and Ledger keep the files, through Disk, so that
 * tests can take the power away.
 *
 * <p>Lock order: HeldOwner's, then Rows' commit lock, then Rows' apply lock; Ledger's, Staging's
 * and GroupForce's locks are taken last and never while forcing, but for Ledger's while it takes
 * back what could not be forced. The monitor of OpenCheckpoints waits for no reader.
 */
package kith.index;
