/**
 * The drive, as plain Java: what is mounted, how it becomes packs, how packs get to the partners
 * and back.
 *
 * <p>To read it along a write: {@link kith.fs.Drive} tells the calls of a {@link
 * kith.fs.FileSystem} apart. {@code Namespace}, {@code FileData} and {@code InodeMeta} change the
 * rows of {@code LiveTree}; bytes go to staging. {@code IngestDuty} hands quiet files to {@code
 * Ingest}, which cuts them with {@code Rechunker} and gives the chunks to {@link
 * kith.fs.PackWriter}; once their pack is on the disk, the file's extents switch from staging to
 * chunks. {@link kith.fs.Shipper} takes packs to the partners. {@code Publisher} does all of it in
 * the one order that makes a head true, with {@code TreeMaker} and {@link kith.fs.TreeBuilder} for
 * the tree and {@code RunBook} for the index.
 *
 * <p>What comes past the mount is read by {@link kith.fs.Importer}: {@code ImportWalk} makes the
 * folders, {@code ImportEntries} takes all else, {@code ImportReader} cuts files and hands the
 * chunks to the packs; {@code ImportQueue} has {@code ImportTree} enter what is on the disk.
 *
 * <p>Along a read: {@code ContentReader} reads extents from staging, or chunks from {@link
 * kith.fs.ChunkStore}, which has them from a pack here or from {@link kith.fs.Fetcher}. Snapshots
 * are {@link kith.fs.PackedTree}s behind {@link kith.fs.SnapshotsFileSystem}; {@link
 * kith.fs.RestoreSession} finds them from the keys and the partners alone. {@link
 * kith.fs.DriveEngine} wires all of it.
 *
 * <p>After a rekey {@code Resealer} gives what packs of before have to packs that are sealed by the
 * keys of now; {@code Resealed} tells which, to whoever follows a reference.
 *
 * <p>What nothing refers to any more is found and removed by {@code Reclaim}. Whoever copies a
 * reference to a chunk from one place to another, or is told of one by {@code PackWriter}, takes a
 * hold of {@code PackHolds} until the reference stands in a row.
 *
 * <p>Locks are taken in this order: the turn of {@code TreeMaker}; the monitor of {@code Shipper};
 * the monitor of {@code Snapshots}; an operation of {@code Epochs} (shared; a barrier takes it
 * alone); locks of inodes, by stripe; the gate of {@code PackHolds}; the monitor of {@code
 * Ancestry}; the locks within {@code Rows} and {@code Staging}. None but the turn is held while a
 * partner is asked.
 */
package kith.fs;
