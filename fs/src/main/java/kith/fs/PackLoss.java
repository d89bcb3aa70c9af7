package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.Table;
import kith.index.Update;

/**
 * What becomes of a damaged pack that too few partners have. It is lost: nothing refers to it from
 * then on, and nobody waits for it. Chunks of live files that can still be read of it are packed
 * again; files whose chunks can't are marked. Trees and the index are made anew from the rows. For
 * one thread.
 */
final class PackLoss {
  private final LiveTree live;
  private final PackWriter packs;
  private final ChunkSource chunks;
  private final DamageMarks marks;
  private final TreeMaker maker;
  private final Shipper shipper;
  private final Events events;

  PackLoss(
      LiveTree live,
      PackWriter packs,
      ChunkSource chunks,
      DamageMarks marks,
      TreeMaker maker,
      Shipper shipper) {
    this.live = live;
    this.packs = packs;
    this.chunks = chunks;
    this.marks = marks;
    this.maker = maker;
    this.shipper = shipper;
    this.events = marks.events();
  }

  /** A chunk of the pack in a live file. */
  private record Use(long inode, Extent.Chunked extent) {}

  /** Declares a pack lost; false if shards of it are still under way. */
  boolean giveUp(PackId id) throws IOException {
    Optional<PackRow> lost = shipper.giveUp(id);
    if (lost.isEmpty()) {
      return false;
    }
    forget(lost.get().kind());
    live.rows.sync();
    events.event(
        "pack-lost",
        "pack "
            + id
            + " is damaged here, and too few partners have it: what can be read of it is packed"
            + " again");
    return true;
  }

  /** What was made from the rows is made again: it may refer to the lost pack. */
  private void forget(PackKind kind) throws IOException {
    Update update = new Update();
    if (kind == PackKind.INDEX) {
      RunBook.forget(live.rows, update);
      live.rows.apply(update);
    } else if (kind == PackKind.TREE) {
      synchronized (maker.turn) {
        RowsMemo.forget(live);
      }
    }
  }

  /**
   * Saves what can be read of a lost pack; done when no live file refers to it.
   *
   * @return whether there may be more to do
   */
  boolean salvage(PackId id, PackDamage damage) throws IOException, KithException {
    try (var hold = packs.holds().begin()) {
      return salvageHeld(id, damage);
    }
  }

  private boolean salvageHeld(PackId id, PackDamage damage) throws IOException, KithException {
    List<Use> uses = uses(id);
    List<Use> saved = new ArrayList<>();
    List<ChunkRef> again = new ArrayList<>();
    for (Use use : uses) {
      byte[] raw = read(use);
      if (raw != null) {
        saved.add(use);
        again.add(packs.put(PackKind.DATA, raw, 0, raw.length));
      }
    }
    packs.flush(PackKind.DATA);
    for (int i = 0; i < saved.size(); i++) {
      move(saved.get(i), again.get(i));
    }
    if (uses.isEmpty()) {
      damage.dismiss(id);
    }
    return true;
  }

  private List<Use> uses(PackId id) throws IOException {
    List<Use> found = new ArrayList<>();
    RowScan.visit(
        live.rows,
        Table.EXTENTS,
        (key, value) -> {
          Extent extent = Extent.decode(key, value);
          if (extent instanceof Extent.Chunked chunked
              && Resealed.now(live.rows, chunked.chunk().pack()).equals(id)) {
            found.add(new Use(RowKeys.first(key), chunked));
          }
        });
    return found;
  }

  /** The chunk, or null if it is gone, which is marked then. */
  private byte[] read(Use use) throws IOException {
    try {
      return chunks.chunk(use.extent.chunk());
    } catch (IOException | KithException e) {
      if (marks.damage().isGone(use.extent)) {
        marks.found(use.inode, List.of(use.extent), false);
      }
      return null;
    }
  }

  private void move(Use use, ChunkRef to) throws IOException {
    Extent.Chunked old = use.extent;
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(use.inode)) {
      List<Extent> now = Extents.list(live.rows, use.inode, old.offset(), old.end());
      if (now.equals(List.of(old))) {
        live.ancestry.inodeChanges(use.inode);
        Update update = new Update();
        Extents.put(
            update, use.inode, new Extent.Chunked(old.offset(), old.length(), old.skip(), to));
        live.rows.apply(update);
      }
    }
  }
}
