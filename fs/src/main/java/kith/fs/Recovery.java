package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a drive back to a machine that has nothing but its newest head, in the background and step
 * by step: what it shows meanwhile is read from the packed tree. Goes on after a crash. Ticked by
 * one thread; else safe for many.
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /**
   * What it works with.
   *
   * @param sources reads what partners hold
   */
  record Parts(
      LiveTree live,
      PackWriter packs,
      PackStore store,
      Shipper shipper,
      PackHealer healer,
      RecoverySources sources,
      PlacementPolicy policy,
      OwnerId owner) {}

  private final Parts parts;
  private final Queue<PackId> missing = new ArrayDeque<>();
  private volatile Optional<RecoveryRow> row;
  private RecoveryIndex index;
  private RecoveryTree tree;

  /**
   * @param row empty if nothing is on its way
   */
  Recovery(Parts parts, Optional<RecoveryRow> row) {
    this.parts = parts;
    this.row = row;
  }

  /**
   * Notes in the rows of a new home what its drive comes back from, durably. A home that has begun
   * stays as it is.
   */
  public static void begin(Rows rows, Head head) throws IOException {
    if (HeadGeneration.isBegun(rows)) {
      return;
    }
    Update update = new Update();
    DriveFormat.take(update, head.parameters().chunker());
    HeadGeneration.goOn(update, head.generation());
    new RecoveryRow(RecoveryRow.Step.SNAPSHOTS, head).put(update);
    rows.apply(update);
    rows.sync();
  }

  /** Whether anything is still to come. */
  public boolean isUnderWay() {
    return row.isPresent();
  }

  /** Whether the live tree and the index are here, so that the drive can be changed. */
  public boolean isTreeHere() {
    return row.isEmpty() || row.get().step() == RecoveryRow.Step.METADATA;
  }

  /**
   * Waits until the live tree is here, while another thread ticks.
   *
   * @return false if the watcher gave up before
   */
  boolean await(Publisher.Watcher watcher) throws InterruptedException {
    while (!isTreeHere()) {
      watcher.phase("bringing back " + phase());
      if (!watcher.goOn()) {
        return false;
      }
    }
    return true;
  }

  /** What shows the live tree until it is here; empty if it is. */
  Optional<Drive.Returning> shown(PackedTree.Access access) {
    if (isTreeHere()) {
      return Optional.empty();
    }
    Head head = row.orElseThrow().head();
    var trees = new SnapshotTrees(new Packed(head, access));
    Caller nobody = new Caller(0, 0); // owns the folder above the tree, which is not shown
    return Optional.of(
        new Drive.Returning(SnapshotsFileSystem.ofView(trees, nobody, true), this::isTreeHere));
  }

  /** The live tree of the head and no other. */
  private final class Packed implements SnapshotTrees.Source {
    private final Head head;
    private final PackedTree.Access access;

    private Packed(Head head, PackedTree.Access access) {
      this.head = head;
      this.access = access;
    }

    @Override
    public List<SnapshotEntry> entries() {
      return List.of();
    }

    @Override
    public ReadTree open(long number) throws IOException, KithException {
      return PackedTree.open(access, root(head));
    }
  }

  /** What is being brought back, for people; empty at the end. */
  public String phase() {
    return row.map(
            now ->
                switch (now.step()) {
                  case SNAPSHOTS -> "the list of snapshots";
                  case PACKS -> "the index of packs";
                  case CHUNKS -> "the index of chunks";
                  case TREE -> "the live tree";
                  case METADATA -> "packs of trees and of the index";
                })
        .orElse("");
  }

  /**
   * Does some of it; returns how much, 0 at the end.
   *
   * @throws KithException if partners don't answer; the next tick goes on
   */
  public int tick() throws IOException, KithException {
    Optional<RecoveryRow> now = row;
    if (now.isEmpty()) {
      return 0;
    }
    switch (now.get().step()) {
      case SNAPSHOTS -> snapshots(now.get());
      case PACKS -> packs(now.get());
      case CHUNKS -> chunks(now.get());
      case TREE -> tree(now.get());
      case METADATA -> metadata();
    }
    return 1;
  }

  private void go(RecoveryRow to, Update with) throws IOException {
    to.put(with);
    parts.live.rows.apply(with);
    parts.live.rows.sync();
    row = Optional.of(to);
  }

  private void snapshots(RecoveryRow now) throws IOException, KithException {
    Update update = new Update();
    Optional<ChunkRef> list = now.head().snapshots();
    if (list.isPresent()) {
      Snapshots.cameBack(update, SnapshotList.read(parts.sources.all(), list.get()));
    }
    go(now.at(RecoveryRow.Step.PACKS), update);
  }

  private RecoveryIndex index(RecoveryRow at) throws IOException {
    if (index == null) {
      long now = parts.live.now().seconds() * 1000;
      var made = new RecoveryIndex.Made(parts.owner, parts.policy, now, parts.packs.keys());
      index = new RecoveryIndex(parts.live.rows, at.head(), parts.sources.ofIndex(), made);
    }
    return index;
  }

  private void packs(RecoveryRow now) throws IOException, KithException {
    index(now).begin();
    while (index(now).packs()) {
      LOG.debug("packs of the index come back");
    }
    go(now.at(RecoveryRow.Step.CHUNKS), new Update());
  }

  private void chunks(RecoveryRow now) throws IOException, KithException {
    if (index(now).chunks()) {
      return;
    }
    parts.packs.countAfter(index(now).sequence());
    Update update = new Update();
    tree = new RecoveryTree(parts.live, parts.sources.all(), root(now.head()));
    tree.begin(update);
    go(now.at(RecoveryRow.Step.TREE), update);
  }

  /** The live tree as it was packed last, or the newest snapshot. */
  private ChunkRef root(Head head) throws IOException {
    Optional<ChunkRef> live = head.live();
    return live.isPresent() ? live.get() : Snapshots.newestRoot(parts.live.rows);
  }

  private void tree(RecoveryRow now) throws IOException, KithException {
    if (tree == null) {
      tree = new RecoveryTree(parts.live, parts.sources.all(), root(now.head()));
    }
    if (tree.step()) {
      return;
    }
    Update update = new Update();
    tree.finish(update);
    List<PackId> ofIndex = now.head().indexPacks().stream().map(PackPlacement::pack).toList();
    var roots = new HeadRoots.Roots(root(now.head()), now.head().snapshots(), ofIndex);
    HeadRoots.sending(update, now.head().generation(), roots);
    go(now.at(RecoveryRow.Step.METADATA), update);
    tree = null;
    index = null;
    parts.shipper.rescan();
  }

  /** Packs of content stay at the partners until somebody reads them. */
  private void metadata() throws IOException, KithException {
    if (missing.isEmpty()) {
      findMissing();
    }
    PackId next = missing.peek();
    if (next != null) {
      if (PackRows.pack(parts.live.rows, next).filter(pack -> pack.state().live()).isPresent()) {
        parts.healer.sound(next);
      }
      missing.remove();
      return;
    }
    Update update = new Update();
    RecoveryRow.delete(update);
    parts.live.rows.apply(update);
    parts.live.rows.sync();
    row = Optional.empty();
  }

  /** Packs that belong on every machine and are not on this one. */
  private void findMissing() throws IOException {
    PackRows.visit(
        parts.live.rows,
        (id, pack) -> {
          boolean wanted = pack.kind() != PackKind.DATA && pack.state().live();
          if (wanted && !parts.store.exists(id)) {
            missing.add(id);
          }
        });
  }
}
