package kith.fs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Table;

/**
 * Finds every pack that anything refers to: extents and reusable notes of the live tree and of
 * frozen rows, packed snapshots, heads, and index runs. To be used with the turn of {@link
 * TreeMaker}, so that no tree comes to be meanwhile; what else is being referred to is kept by
 * {@link PackHolds}. Used once, by one thread.
 *
 * <p>The live tree comes first: a snapshot that is taken later freezes only what was seen, or has
 * been held.
 */
final class ReclaimMarks {
  /** What a drive's roots are. */
  record Roots(LiveTree live, Snapshots snapshots, HeadRoots heads, RunBook runs) {}

  /** Asked now and then whether to go on. */
  @FunctionalInterface
  interface Patience {
    /** Ends the collecting by an exception, or does nothing. */
    void goOn() throws IOException;
  }

  private final Roots roots;
  private final Patience patience;
  private final ReclaimTrees trees;

  ReclaimMarks(Roots roots, ChunkSource source, Patience patience) throws IOException {
    this.roots = roots;
    this.patience = patience;
    ChunkSource asking =
        chunk -> {
          patience.goOn();
          return source.chunk(chunk);
        };
    this.trees = new ReclaimTrees(asking, new PackLost(roots.live().rows));
  }

  /**
   * All packs that are needed.
   *
   * @throws KithException if a tree cannot be read: then nothing is known of what it needs
   */
  Set<PackId> collect() throws IOException, KithException {
    RowView live = roots.live().rows;
    extents(live);
    List<Snapshots.Frozen> frozen = roots.snapshots().frozen();
    for (Snapshots.Frozen each : frozen) {
      extents(each.rows());
    }
    notes(live, frozen);
    for (SnapshotEntry entry : roots.snapshots().entries()) {
      if (entry.root().isPresent()) {
        trees.tree(entry.root().get());
      }
    }
    for (HeadRoots.Roots head : roots.heads().all()) {
      trees.tree(head.live());
      if (head.snapshots().isPresent()) {
        trees.snapshots(head.snapshots().get());
      }
      trees.packs().addAll(head.index());
    }
    roots.runs().runs().forEach(run -> trees.packs().addAll(run.packs()));
    return trees.packs();
  }

  private void extents(RowView rows) throws IOException {
    RowScan.visit(
        rows,
        Table.EXTENTS,
        (key, value) -> {
          patience.goOn();
          if (Extent.decode(key, value) instanceof Extent.Chunked chunked) {
            trees.chunk(chunked.chunk());
          }
        });
  }

  /** A note counts if a tree that is made of the rows as they are would take it over. */
  private void notes(RowView live, List<Snapshots.Frozen> frozen)
      throws IOException, KithException {
    Optional<ChunkRef> nodes = RowsMemo.nodes(live);
    if (nodes.isPresent()) {
      trees.table(nodes.get(), PageKind.NODES);
    }
    KithException[] unreadable = {null};
    RowScan.visit(
        live,
        Table.TREES,
        (key, value) -> {
          TreeRow row = TreeRow.decode(value);
          if (unreadable[0] == null && holds(live, frozen, RowKeys.first(key), row)) {
            try {
              note(row.note());
            } catch (KithException e) {
              unreadable[0] = e;
            }
          }
        });
    if (unreadable[0] != null) {
      throw unreadable[0];
    }
  }

  private static boolean holds(RowView live, List<Snapshots.Frozen> frozen, long inode, TreeRow row)
      throws IOException {
    if (row.note().length == 0) {
      return false;
    }
    boolean holds = TreeRow.of(live, inode).changed() <= row.noted();
    for (Snapshots.Frozen each : frozen) {
      holds |=
          row.noted() <= each.epoch() && TreeRow.of(each.rows(), inode).changed() <= row.noted();
    }
    return holds;
  }

  /** Notes of directories and of large files have different lengths. */
  private void note(byte[] note) throws IOException, KithException {
    if (note.length == DirectoryRef.SIZE) {
      trees.table(DirectoryRef.ofBytes(note).root(), PageKind.DIRECTORY);
    } else if (note.length == TreeBuilderRecords.NOTE_SIZE) {
      trees.table(TreeBuilderRecords.table(note), PageKind.CONTENT);
    } else {
      throw new CorruptDataException("a note of " + note.length + " bytes");
    }
  }
}
