package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.PartnerUnavailableException;
import kith.index.FrozenRows;
import kith.index.Update;

/**
 * Makes what is written restorable, in one order: chunks and trees in packs, packs at the partners,
 * the index of them at the partners, and last the head that names all of it. What precedes a head
 * is garbage as long as the head isn't there. One publication at a time; safe for many threads.
 */
final class Publisher {
  private static final Duration HEAD_DEADLINE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** Files that are taken from the rows at once. */
  private static final int AT_ONCE = 4096;

  /** Files, all of them tiny, for whose pack nobody waits until it is full. */
  private static final int MAX_UNDER_WAY = 65_536;

  /**
   * What a publisher works with.
   *
   * @param heads makes a sealed head
   */
  record Parts(
      LiveTree live,
      Ingest ingest,
      TreeMaker maker,
      Snapshots snapshots,
      PackWriter packs,
      HeadRoots roots,
      Shipper shipper,
      RunBook runs,
      PlacementPolicy policy,
      HeadGeneration generation,
      Heads heads,
      HeadTransport transport) {}

  /** Makes sealed heads. */
  interface Heads {
    /** How many partners must have a head, and how many are there. */
    Quorum quorum();

    /** How many rekeys there were before the keys that it seals with. */
    int rekeys();

    /** How many former keys are spent in the head that was sealed last. */
    int spent();

    /** Seals a head as it is. */
    byte[] seal(Head head) throws IOException;

    /** Seals a head that names all this. */
    byte[] seal(Content content) throws IOException;
  }

  /**
   * How many partners must have a head.
   *
   * @param needed m + t
   */
  record Quorum(int needed, int partners) {}

  /** What changes from head to head. */
  record Content(
      long generation,
      Instant time,
      List<IndexRun> runs,
      List<PackPlacement> indexPacks,
      Optional<ChunkRef> snapshots,
      ChunkRef live) {}

  /** Hears how far a publication is, and may end it. */
  interface Watcher {
    /** Begins a part of the work. */
    void phase(String name);

    /** Looks at progress now and then; false gives up. */
    boolean goOn() throws InterruptedException;
  }

  private final Parts parts;
  private final ReentrantLock turn = new ReentrantLock();

  Publisher(Parts parts) {
    this.parts = parts;
  }

  /** Whether something has changed that no published head has. */
  boolean behind() throws IOException {
    if (Recoder.isBehind(parts.live.rows)
        || !parts.roots.isComplete()
        || PublishedKeys.areBehind(parts.live.rows, parts.heads.rekeys())) {
      return true;
    }
    Optional<Published> last = Published.last(parts.live.rows);
    long changed = TreeRow.of(parts.live.rows, FileSystem.ROOT).changed();
    return last.isEmpty()
        ? changed > 0 || !parts.snapshots.entries().isEmpty()
        : changed > last.get().epoch() || fingerprint(packed()) != last.get().snapshots();
  }

  /**
   * Publishes everything that was written before the call.
   *
   * @return what was published; empty if the watcher gave up before it was safe. The work done so
   *     far is kept
   * @throws PartnerUnavailableException if too few partners took the head
   */
  Optional<Published> publish(Watcher watcher)
      throws IOException, KithException, InterruptedException {
    // One that waits for partners must not hold up another beyond what its watcher allows.
    while (!turn.tryLock(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      if (!watcher.goOn()) {
        return Optional.empty();
      }
    }
    try {
      return publishNow(watcher);
    } finally {
      parts.roots.underWay(Optional.empty());
      turn.unlock();
    }
  }

  /**
   * Puts the last published head once more, as the next one and sealed by the keys of now: at once
   * after a rekey, while what was written since is still on its way.
   *
   * @return how many partners took it; 0 if it is not the last, or a publication is under way
   */
  int again(Head last) throws IOException, KithException {
    Optional<Published> published = Published.last(parts.live.rows);
    boolean newest = published.isPresent() && last.generation() >= published.get().generation();
    if (!newest || last.live().isEmpty() || !turn.tryLock()) {
      return 0;
    }
    try {
      long next = parts.generation.next();
      rememberRoots(
          new Content(
              next,
              last.time(),
              last.runs(),
              last.indexPacks(),
              last.snapshots(),
              last.live().get()));
      return parts.transport.put(next, parts.heads.seal(last.again(next)), HEAD_DEADLINE).size();
    } finally {
      turn.unlock();
    }
  }

  private Optional<Published> publishNow(Watcher watcher)
      throws IOException, KithException, InterruptedException {
    // Packs that are coded anew after this are for the next head.
    var before = new Moved(Recoder.behind(parts.live.rows), Mover.behind(parts.live.rows));
    watcher.phase("chunking");
    ingestAll();
    watcher.phase("packing the tree");
    Built tree = parts.maker.inTurn(this::packTree);
    watcher.phase("shipping");
    if (!awaitPlaced(watcher)) {
      return Optional.empty();
    }
    watcher.phase("indexing");
    try (PackHolds.Hold hold = parts.packs.holds().begin()) {
      parts.runs.write(parts.generation.current() + 1);
    }
    parts.live.rows.sync();
    if (!awaitPlaced(watcher)) {
      return Optional.empty();
    }
    watcher.phase("publishing");
    return Optional.of(putHead(tree, before));
  }

  /**
   * What the head before does not name, and this one will.
   *
   * @param recoded counted, as moves are
   */
  private record Moved(long recoded, long moves) {}

  /**
   * What a head will name.
   *
   * @param packed the snapshots that it has
   * @param list of them
   */
  private record Built(
      long epoch, ChunkRef root, List<SnapshotEntry> packed, Optional<ChunkRef> list) {}

  private void ingestAll() throws IOException, KithException, InterruptedException {
    List<CompletableFuture<Void>> files = new ArrayList<>();
    long last = parts.ingest.lastWaiting(); // those that are made meanwhile are for the next time
    long next = 0;
    while (next <= last) {
      List<IngestDuty.Waiting> some = parts.ingest.waiting(next, AT_ONCE);
      for (IngestDuty.Waiting file : some) {
        files.add(parts.ingest.file(file.inode(), file.version()));
        next = file.inode() + 1;
      }
      next = some.size() < AT_ONCE ? Long.MAX_VALUE : next;
      files.removeIf(CompletableFuture::isDone);
      if (files.size() > MAX_UNDER_WAY) {
        awaitIngested(files);
        files.clear();
      }
    }
    awaitIngested(files);
  }

  private void awaitIngested(List<CompletableFuture<Void>> files)
      throws IOException, InterruptedException {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(files.toArray(CompletableFuture<?>[]::new));
    do {
      // Some may be in the hands of the background, which adds to packs after a flush.
      parts.packs.flush(PackKind.DATA);
    } while (!isDone(all));
  }

  private static boolean isDone(CompletableFuture<Void> all)
      throws IOException, InterruptedException {
    try {
      all.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException(Awaiting.cause(e));
    }
  }

  private Built packTree() throws IOException, KithException {
    while (parts.snapshots.tick() > 0) {
      // Older states first: the notes that trees are built with go forward only.
    }
    long epoch = parts.live.epochs.advance();
    try (FrozenRows frozen = parts.live.rows.freeze();
        PendingTree tree = parts.maker.pending(frozen)) {
      return named(epoch, parts.maker.make(frozen, tree.tree(), epoch).root());
    }
  }

  /** Lists the snapshots. With the turn: until the head is there, nothing of it is reclaimed. */
  private Built named(long epoch, ChunkRef root) throws IOException, KithException {
    List<SnapshotEntry> packed = packed();
    Optional<ChunkRef> list =
        packed.isEmpty() ? Optional.empty() : Optional.of(SnapshotList.write(parts.packs, packed));
    parts.packs.flushAll();
    parts.live.rows.sync();
    parts.roots.underWay(Optional.of(new HeadRoots.Roots(root, list, List.of())));
    return new Built(epoch, root, packed, list);
  }

  private List<SnapshotEntry> packed() throws IOException {
    return parts.snapshots.entries().stream().filter(entry -> entry.root().isPresent()).toList();
  }

  /**
   * Waits until all live packs that there are now are placed safely, whatever is sealed meanwhile;
   * false if the watcher gave up.
   */
  private boolean awaitPlaced(Watcher watcher) throws IOException, InterruptedException {
    Set<PackId> waiting = unplaced();
    while (!waiting.isEmpty()) {
      if (!watcher.goOn()) {
        return false;
      }
      if (parts.shipper.tick() == 0) {
        parts.shipper.awaitPlaced(waiting, PAUSE);
      }
      waiting.retainAll(unplaced());
    }
    return true;
  }

  private Set<PackId> unplaced() throws IOException {
    Set<PackId> found = new HashSet<>();
    PackRows.visit(
        parts.live.rows,
        (id, row) -> {
          if (row.state().live() && !row.safe(parts.policy)) {
            found.add(id);
          }
        });
    return found;
  }

  private Published putHead(Built tree, Moved before) throws IOException, KithException {
    List<SnapshotEntry> packed = tree.packed;
    Instant now = Instant.ofEpochSecond(parts.live.now().seconds());
    long next = parts.generation.next();
    List<IndexRun> runs = parts.runs.runs();
    Content content = new Content(next, now, runs, indexPacks(runs), tree.list, tree.root);
    rememberRoots(content);
    Set<OwnerId> holders = parts.transport.put(next, parts.heads.seal(content), HEAD_DEADLINE);
    Quorum quorum = parts.heads.quorum();
    if (holders.size() < quorum.needed()) {
      throw new PartnerUnavailableException(
          holders.size()
              + " of "
              + quorum.partners()
              + " partners took the head, "
              + quorum.needed()
              + " are needed");
    }
    Published published =
        new Published(
            next,
            tree.epoch,
            now,
            holders.size(),
            fingerprint(packed),
            packed.isEmpty() ? 0 : packed.get(packed.size() - 1).number());
    parts.shipper.alone(() -> noteHead(published, before));
    parts.live.rows.sync();
    return published;
  }

  /** While no shard moves. */
  private boolean noteHead(Published published, Moved before) throws IOException {
    Update update = new Update();
    published.put(update);
    PublishedKeys.put(update, parts.heads.rekeys(), parts.heads.spent());
    parts.roots.published(update, published.generation());
    Recoder.published(parts.live.rows, update, before.recoded);
    Mover.published(parts.live.rows, update, before.moves);
    parts.live.rows.apply(update);
    return true;
  }

  /** A partner may have the head from the moment that it is sent. */
  private void rememberRoots(Content content) throws IOException {
    List<PackId> index = content.indexPacks.stream().map(PackPlacement::pack).toList();
    Update update = new Update();
    HeadRoots.Roots roots = new HeadRoots.Roots(content.live, content.snapshots, index);
    HeadRoots.sending(update, content.generation, roots);
    parts.live.rows.apply(update);
    parts.live.rows.sync();
  }

  private List<PackPlacement> indexPacks(List<IndexRun> runs) throws IOException {
    PlacementRows placements = new PlacementRows(parts.live.rows);
    List<PackPlacement> found = new ArrayList<>();
    for (PackId pack :
        runs.stream().flatMap(run -> run.packs().stream()).distinct().sorted().toList()) {
      found.add(
          placements
              .placement(pack)
              .orElseThrow(() -> new IOException("INDEX pack " + pack + " is not placed")));
    }
    return found;
  }

  private static long fingerprint(List<SnapshotEntry> packed) {
    long sum = packed.size();
    for (SnapshotEntry entry : packed) {
      sum = (sum * 1_000_003 + entry.number()) * 2 + (entry.held() ? 1 : 0);
    }
    return sum;
  }
}
