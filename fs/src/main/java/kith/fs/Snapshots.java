package kith.fs;

import static kith.fs.DriveException.Reason.BUSY;
import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.NOT_FOUND;
import static kith.fs.DriveException.Reason.NO_SPACE;
import static kith.fs.DriveException.Reason.STALE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.KithException;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * The snapshots of a drive. Taking one freezes the rows in a checkpoint, durable when it returns;
 * its tree is packed behind ({@link #tick}), from the checkpoint, also after a crash. Until then it
 * is read from the checkpoint. Safe for many threads. The maker's turn is taken before the monitor;
 * frozen rows are closed only by who has the turn, so never while a tree is made of them.
 */
final class Snapshots implements Drive.SnapshotKeeper, SnapshotTrees.Source {
  /** Names in the folder of snapshots that mean something else. */
  private static final Set<String> RESERVED = Set.of("latest", "live");

  private static final byte[] COUNTER = "snapshots".getBytes(StandardCharsets.UTF_8);

  private final LiveTree live;
  private final TreeMaker maker;
  private final PackedTree.Access access;
  private final InstantSource clock;
  private final SnapshotTrees trees = new SnapshotTrees(this);
  private final Map<Long, PendingTree> pending = new HashMap<>();
  private final List<PendingTree> retired = new ArrayList<>();
  private final AtomicLong dropped = new AtomicLong();

  /** Opens the snapshots, and forgets those that a crash left without a checkpoint. */
  Snapshots(LiveTree live, TreeMaker maker, PackedTree.Access access, InstantSource clock)
      throws IOException {
    this.live = live;
    this.maker = maker;
    this.access = access;
    this.clock = clock;
    List<String> checkpoints = live.rows.checkpoints();
    for (SnapshotRow row : rows()) {
      if (row.packed()) {
        live.rows.dropCheckpoint(row.checkpoint());
      } else if (checkpoints.contains(row.checkpoint())) {
        PendingTree tree = maker.pending(live.rows.openCheckpoint(row.checkpoint()));
        live.staging.startAfter(new StagingUse(tree.rows()).highest());
        pending.put(row.entry().number(), tree);
      } else {
        live.rows.apply(new Update().delete(Table.SNAPSHOTS, row.key()));
      }
    }
  }

  /** Enters snapshots that were read from partners. */
  static void cameBack(Update update, List<SnapshotEntry> entries) {
    long last = 0;
    for (SnapshotEntry entry : entries) {
      SnapshotRow row = new SnapshotRow(0, entry);
      update.put(Table.SNAPSHOTS, row.key(), row.encode());
      last = Math.max(last, entry.number());
    }
    update.put(Table.META, COUNTER, RowKeys.of(last));
  }

  /** The tree of the newest snapshot that is packed. */
  static ChunkRef newestRoot(RowView rows) throws IOException {
    ChunkRef[] newest = {null};
    rows.scan(
        Table.SNAPSHOTS,
        new byte[0],
        null,
        (key, value) -> {
          newest[0] = SnapshotRow.decode(key, value).entry().root().orElse(newest[0]);
          return true;
        });
    if (newest[0] == null) {
      throw new IOException("the head has neither a live tree nor a snapshot");
    }
    return newest[0];
  }

  /** The trees of all snapshots. */
  SnapshotTrees trees() {
    return trees;
  }

  private List<SnapshotRow> rows() throws IOException {
    List<SnapshotRow> found = new ArrayList<>();
    live.rows.scan(
        Table.SNAPSHOTS,
        new byte[0],
        null,
        (key, value) -> found.add(SnapshotRow.decode(key, value)));
    return found;
  }

  @Override
  public List<SnapshotEntry> entries() throws IOException {
    return rows().stream().map(SnapshotRow::entry).toList();
  }

  @Override
  public ReadTree open(long number) throws IOException, KithException {
    synchronized (this) {
      PendingTree tree = pending.get(number);
      if (tree != null) {
        return tree;
      }
    }
    byte[] key = RowKeys.of(number);
    byte[] row = live.rows.get(Table.SNAPSHOTS, key);
    if (row == null) {
      throw new DriveException(STALE, "snapshot " + number + " has been dropped");
    }
    Optional<ChunkRef> root = SnapshotRow.decode(key, row).entry().root();
    if (root.isEmpty()) {
      throw new DriveException(STALE, "snapshot " + number + " could not be taken");
    }
    return PackedTree.open(access, root.get());
  }

  /** Whether trees are yet to be made of frozen rows, which may need any staged byte. */
  synchronized boolean anyPending() {
    return !pending.isEmpty();
  }

  /**
   * Frozen rows of which a tree is yet to be made.
   *
   * @param epoch that the barrier closed
   */
  record Frozen(long epoch, RowView rows) {}

  /** All frozen rows that are waiting. To be used with the maker's turn. */
  synchronized List<Frozen> frozen() throws IOException {
    List<Frozen> found = new ArrayList<>();
    for (SnapshotRow row : rows()) {
      PendingTree tree = pending.get(row.entry().number());
      if (!row.packed() && tree != null) {
        found.add(new Frozen(row.epoch(), tree.rows()));
      }
    }
    return found;
  }

  /** How many snapshots were dropped since the start. */
  long dropped() {
    return dropped.get();
  }

  @Override
  public synchronized void take(FileName name) throws IOException {
    if (RESERVED.contains(name.toString())) {
      throw new DriveException(INVALID, name + " is a reserved name");
    }
    if (trees.byName(name).isPresent()) {
      throw new DriveException(EXISTS, "a snapshot " + name);
    }
    long number = nextNumber();
    long epoch = live.epochs.advance();
    var entry = new SnapshotEntry(number, name, clock.instant(), Optional.empty(), 0, 0, false);
    SnapshotRow row = new SnapshotRow(epoch, entry);
    Update update =
        new Update()
            .put(Table.META, COUNTER, RowKeys.of(number))
            .put(Table.SNAPSHOTS, row.key(), row.encode());
    try {
      pending.put(number, maker.pending(live.rows.checkpoint(row.checkpoint(), update)));
    } catch (IOException e) {
      forget(row);
      throw e;
    }
  }

  private void forget(SnapshotRow row) throws IOException {
    live.rows.apply(new Update().delete(Table.SNAPSHOTS, row.key()));
  }

  private long nextNumber() throws IOException {
    byte[] counter = live.rows.get(Table.META, COUNTER);
    long number = counter == null ? 1 : ByteBuffer.wrap(counter).getLong() + 1;
    if (number >= SnapshotTrees.MAX_NUMBER) {
      throw new DriveException(NO_SPACE, "all snapshot numbers are used");
    }
    return number;
  }

  @Override
  public void drop(FileName name) throws IOException {
    synchronized (this) {
      SnapshotRow row = find(name);
      if (row.entry().held()) {
        throw new DriveException(
            BUSY, "snapshot " + name + " is held: 'kith snapshot release " + name + "' lets it go");
      }
      forget(row);
      retire(row);
    }
    dropped.incrementAndGet();
    live.rows.sync();
  }

  /** Keeps a snapshot from being dropped, or lets it go again; durable when this returns. */
  void hold(FileName name, boolean held) throws IOException {
    synchronized (this) {
      SnapshotRow row = find(name).held(held);
      live.rows.apply(new Update().put(Table.SNAPSHOTS, row.key(), row.encode()));
    }
    live.rows.sync();
  }

  private SnapshotRow find(FileName name) throws IOException {
    return rows().stream()
        .filter(row -> row.entry().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new DriveException(NOT_FOUND, "no snapshot " + name));
  }

  /** Packs the oldest snapshot that is not packed yet; returns how many there were to pack. */
  int tick() throws IOException, KithException {
    // Who waits for the turn in vain would be taken for one that has a tree to make.
    return isIdle() ? 0 : maker.inTurn(this::packOldest);
  }

  private synchronized boolean isIdle() throws IOException {
    return pending.isEmpty()
        && retired.isEmpty()
        && live.rows.checkpoints().isEmpty()
        && rows().stream().allMatch(SnapshotRow::packed);
  }

  private int packOldest() throws IOException, KithException {
    closeRetired();
    Optional<SnapshotRow> oldest = rows().stream().filter(row -> !row.packed()).findFirst();
    if (oldest.isEmpty()) {
      return 0;
    }
    SnapshotRow row = oldest.get();
    PendingTree tree = pendingTree(row.entry().number());
    if (tree == null) {
      // Dropped this moment, or left by a disk that took the row and not the checkpoint.
      forget(row);
      return 1;
    }
    SnapshotRow done = row.packedTo(maker.make(tree.rows(), tree.tree(), row.epoch()));
    replace(done, tree, PackedTree.open(access, done.entry().root().orElseThrow()));
    closeRetired();
    return 1;
  }

  private synchronized PendingTree pendingTree(long number) {
    return pending.get(number);
  }

  /** From now on the packed tree is the snapshot, unless that was dropped meanwhile. */
  private synchronized void replace(SnapshotRow done, PendingTree tree, ReadTree packed)
      throws IOException {
    byte[] now = live.rows.get(Table.SNAPSHOTS, done.key());
    if (now != null) {
      boolean held = SnapshotRow.decode(done.key(), now).entry().held();
      live.rows.apply(new Update().put(Table.SNAPSHOTS, done.key(), done.held(held).encode()));
      tree.packed(packed);
      retire(done);
    }
  }

  /** The frozen rows are not needed any more. */
  private synchronized void retire(SnapshotRow row) {
    PendingTree tree = pending.remove(row.entry().number());
    if (tree != null) {
      retired.add(tree);
    }
    trees.forget(row.entry().number());
  }

  /** Closes frozen rows that nobody needs, and removes their checkpoints. With the turn. */
  private void closeRetired() throws IOException {
    List<PendingTree> closing;
    synchronized (this) {
      closing = List.copyOf(retired);
      retired.clear();
    }
    for (PendingTree tree : closing) {
      tree.close();
    }
    dropCheckpoints();
  }

  private synchronized void dropCheckpoints() throws IOException {
    List<String> needed =
        rows().stream().filter(row -> !row.packed()).map(SnapshotRow::checkpoint).toList();
    List<String> unneeded = new ArrayList<>(live.rows.checkpoints());
    unneeded.removeAll(needed);
    if (!unneeded.isEmpty()) {
      // The rows that do without them must not be lost in a crash that they don't survive.
      live.rows.sync();
    }
    for (String checkpoint : unneeded) {
      live.rows.dropCheckpoint(checkpoint);
    }
  }

  /** Closes the frozen rows; what is not packed is packed after the next start. */
  synchronized void close() throws IOException {
    for (PendingTree tree : retired) {
      tree.close();
    }
    retired.clear();
    for (PendingTree tree : pending.values()) {
      tree.close();
    }
    pending.clear();
  }
}
