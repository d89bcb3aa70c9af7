package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * The memory of tree builds in the rows. Whether a note holds for what is built is told by the
 * frozen rows; one that was made of a later epoch doesn't. Notes are stored only after the packs
 * that they name, and after those that these name.
 */
final class RowsMemo implements TreeMemo {
  private static final byte[] NODES = "nodes".getBytes(StandardCharsets.UTF_8);

  private final LiveTree live;
  private final RowView frozen;
  private final long epoch;
  private final PackWriter packs;

  /**
   * @param frozen the rows that are built
   * @param epoch the epoch that was closed before they were frozen
   */
  RowsMemo(LiveTree live, RowView frozen, long epoch, PackWriter packs) {
    this.live = live;
    this.frozen = frozen;
    this.epoch = epoch;
    this.packs = packs;
  }

  /** Forgets all notes, so that the next tree is packed anew. With the turn of the maker. */
  static void forget(LiveTree live) throws IOException {
    live.ancestry.forgetNotes(new Update().delete(Table.META, NODES));
  }

  @Override
  public Optional<Note> note(long inode) throws IOException {
    TreeRow row = TreeRow.of(live.rows, inode);
    if (row.note().length == 0) {
      return Optional.empty();
    }
    // A snapshot may be taken while a later state is being packed: that one's notes say nothing
    // about it.
    boolean unchanged = row.noted() <= epoch && TreeRow.of(frozen, inode).changed() <= row.noted();
    return Optional.of(new Note(row.note(), unchanged));
  }

  @Override
  public Optional<ChunkRef> nodes() throws IOException {
    return nodes(live.rows);
  }

  /** The table of nodes that goes with all notes. */
  static Optional<ChunkRef> nodes(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, NODES);
    return row == null ? Optional.empty() : Optional.of(ChunkRef.read(ByteBuffer.wrap(row)));
  }

  @Override
  public void noted(Map<Long, byte[]> notes, ChunkRef nodes) throws IOException, KithException {
    // Content first: a note that survives a crash makes the next build take over all below it.
    packs.flush(PackKind.DATA);
    packs.flush(PackKind.TREE);
    ByteBuffer row = ByteBuffer.allocate(ChunkRef.SIZE);
    nodes.writeTo(row);
    live.ancestry.note(epoch, notes, new Update().put(Table.META, NODES, row.array()));
  }
}
