package kith.fs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.PackStore;
import kith.index.RowView;

/** Finds sealed records of chunks on this machine: in packs being filled, and on its disk. */
public final class ChunkStoreLocal {
  private final PackWriter writer;
  private final PackStore store;
  private final RowView rows;
  private final PackDamage damage;

  public ChunkStoreLocal(PackWriter writer, PackStore store, RowView rows, PackDamage damage) {
    this.writer = writer;
    this.store = store;
    this.rows = rows;
    this.damage = damage;
  }

  /** Notes that a pack does not have here what it should. */
  void damaged(PackId pack, Exception how) {
    damage.found(pack, String.valueOf(how.getMessage()));
  }

  /** What packs of a kind contain. */
  record Found(PackKind kind, byte[] sealed) {}

  /**
   * The record of a chunk, or empty if it is not here.
   *
   * @throws IOException if the pack is here and cannot be read
   */
  Optional<Found> record(ChunkRef ref) throws IOException {
    Optional<Found> unsaved = unsaved(ref);
    if (unsaved.isPresent()) {
      return unsaved;
    }
    Optional<PackKind> kind = kind(ref.pack());
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] sealed = store.read(ref.pack(), ref.offset(), ref.length());
      return Optional.of(new Found(kind.get(), sealed));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The same chunk in the pack that was sealed of this one after a rekey. */
  Optional<ChunkRef> resealed(ChunkRef ref) throws IOException {
    PackId now = Resealed.now(rows, ref.pack());
    return now.equals(ref.pack())
        ? Optional.empty()
        : Optional.of(new ChunkRef(ref.key(), ref.rawLength(), now, ref.offset(), ref.length()));
  }

  private Optional<Found> unsaved(ChunkRef ref) {
    return writer
        .unsaved(ref.pack())
        .map(pack -> new Found(pack.kind(), pack.read(ref.offset(), ref.length())));
  }

  private Optional<PackKind> kind(PackId pack) throws IOException {
    return PackRows.pack(rows, pack).map(PackRow::kind);
  }
}
