package kith.fs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import kith.chunker.Chunker;
import kith.chunker.ChunkerParameters;
import kith.chunker.GearTable;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns staged bytes into chunks. A file's extents are switched from staging to a chunk once the
 * chunk's pack is on disk, and only where they still are what the chunk was made of. A crash before
 * leaves them staged and the file in the DIRTY table: nothing is lost, and what was packed already
 * is found again by its id. Safe for many threads.
 */
final class Ingest implements IngestDuty.Files {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);
  private static final int PIECES_AHEAD = 64;
  private static final int GROUP = 128;

  /** Where no tree is made. */
  private static final FileContent.PieceVisitor NOBODY =
      new FileContent.PieceVisitor() {
        @Override
        public void piece(long offset, ChunkRef chunk) {}

        @Override
        public void unreadable(long offset, int length) {}
      };

  private final LiveTree live;
  private final ContentReader content;
  private final Damage damage;
  private final DamageMarks marks;
  private final IngestSwitch switching;
  private final PackWriter packs;
  private final Cutting cutting;

  /** Those that nobody works with: their buffers are large beside most files. */
  private final Queue<Rechunker> rechunkers = new ConcurrentLinkedQueue<>();

  private final Map<Long, UnderWay> underWay = new ConcurrentHashMap<>();

  /** A file that is being chunked. */
  private record UnderWay(long version, CompletableFuture<Void> done) {}

  Ingest(
      LiveTree live, ContentReader content, DamageMarks marks, PackWriter packs, Cutting cutting) {
    this.live = live;
    this.content = content;
    this.damage = marks.damage();
    this.marks = marks;
    this.switching = new IngestSwitch(live);
    this.packs = packs;
    this.cutting = cutting;
  }

  /**
   * How the files of a drive are cut.
   *
   * @param gear keyed by the drive's convergence secret
   */
  record Cutting(ChunkerParameters parameters, GearTable gear) {}

  @Override
  public List<IngestDuty.Waiting> waiting(long from, int limit) throws IOException {
    List<IngestDuty.Waiting> found = new ArrayList<>();
    live.rows.scan(
        Table.DIRTY,
        RowKeys.of(from),
        null,
        (key, value) -> {
          found.add(new IngestDuty.Waiting(RowKeys.first(key), RowKeys.first(value)));
          return found.size() < limit;
        });
    return found;
  }

  /** The greatest number of a file that waits; 0 if none does. */
  long lastWaiting() throws IOException {
    long[] last = {0};
    RowScan.visit(live.rows, Table.DIRTY, (key, value) -> last[0] = RowKeys.first(key));
    return last[0];
  }

  @Override
  public OptionalLong version(long inode) throws IOException {
    byte[] row = live.rows.get(Table.DIRTY, RowKeys.of(inode));
    return row == null ? OptionalLong.empty() : OptionalLong.of(RowKeys.first(row));
  }

  @Override
  public boolean isUnderWay(long inode) {
    return underWay.containsKey(inode);
  }

  /**
   * Chunks what is staged of a file of the live tree. Returns when all chunks have been handed to
   * the packs; the file leaves the DIRTY table when they are on disk, unless it was written again.
   *
   * @return done when the file has left the table, or stays for another time
   */
  CompletableFuture<Void> file(long inode, long version) throws IOException, KithException {
    UnderWay task = new UnderWay(version, new CompletableFuture<>());
    UnderWay other = underWay.putIfAbsent(inode, task);
    if (other != null) {
      return other.done;
    }
    try {
      var unused =
          walk(live.rows, inode, NOBODY, false)
              .whenComplete((none, failure) -> finish(inode, task, failure));
    } catch (NoSuchFileException e) {
      // What was staged is in packs now, or overwritten: another time, if there is more.
      end(inode, task);
    } catch (IOException | KithException | RuntimeException e) {
      end(inode, task);
      throw e;
    }
    return task.done;
  }

  private void end(long inode, UnderWay task) {
    underWay.remove(inode, task);
    task.done.complete(null);
  }

  /** As {@link #file}; false if the file is under way already, be it in an older version. */
  @Override
  public boolean begin(long inode, long version) throws IOException, KithException {
    if (isUnderWay(inode)) {
      return false;
    }
    var unused = file(inode, version);
    return true;
  }

  /** The chunks of files as frozen rows show them, chunked on the way where they aren't yet. */
  FileContent content(RowView frozen) {
    return (inode, visitor) -> {
      // Whether the live file takes the chunks over, too, is of no interest to the snapshot.
      var unused = walk(frozen, inode, visitor, true);
    };
  }

  /** Cuts a file; the result is done when all cut chunks are in place. */
  private CompletableFuture<Void> walk(
      RowView rows, long inode, FileContent.PieceVisitor visitor, boolean past)
      throws IOException, KithException {
    PackHolds.Hold hold = packs.holds().begin();
    Pieces pieces = new Pieces(inode, visitor, past);
    try {
      rechunk(rows, inode, pieces);
      CompletableFuture<Void> end = pieces.end();
      return end.whenComplete((none, failure) -> hold.close());
    } catch (IOException | KithException | RuntimeException e) {
      // What was cut before goes into place nevertheless.
      var unused = pieces.all().whenComplete((none, failure) -> hold.close());
      throw e;
    }
  }

  private void rechunk(RowView rows, long inode, Pieces pieces) throws IOException, KithException {
    Rechunker idle = rechunkers.poll();
    Rechunker rechunker =
        idle != null
            ? idle
            : new Rechunker(
                new Chunker(cutting.parameters, cutting.gear), cutting.parameters, content, damage);
    rechunker.walk(rows, inode, pieces);
    rechunkers.add(rechunker);
  }

  /** Hands cut chunks to the packs, keeping file order for the visitor with some in flight. */
  private final class Pieces implements Rechunker.Output {
    /** A chunk, or where there is none, a range that cannot be read. */
    private record Piece(long offset, int length, CompletableFuture<ChunkRef> chunk) {}

    private final long inode;
    private final FileContent.PieceVisitor visitor;
    private final boolean past;
    private final Deque<Piece> pending = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> groups = new ArrayList<>();
    private final List<Extent> damaged = new ArrayList<>();
    private List<IngestSwitch.Cut> group = new ArrayList<>();

    Pieces(long inode, FileContent.PieceVisitor visitor, boolean past) {
      this.inode = inode;
      this.past = past;
      this.visitor = visitor;
    }

    @Override
    public void kept(Extent.Chunked chunk) throws IOException, KithException {
      pending.add(
          new Piece(
              chunk.offset(), chunk.length(), CompletableFuture.completedFuture(chunk.chunk())));
      drain(PIECES_AHEAD);
    }

    @Override
    public void cut(long offset, byte[] bytes, List<Extent> origin)
        throws IOException, KithException {
      CompletableFuture<ChunkRef> chunk = packs.submit(PackKind.DATA, bytes);
      pending.add(new Piece(offset, bytes.length, chunk));
      group.add(new IngestSwitch.Cut(offset, chunk, origin));
      if (group.size() == GROUP) {
        closeGroup();
      }
      drain(PIECES_AHEAD);
    }

    @Override
    public void unreadable(Extent range) throws IOException, KithException {
      damaged.add(range);
      pending.add(new Piece(range.offset(), range.length(), null));
      drain(PIECES_AHEAD);
    }

    /** Passes on what is left; the result is done when all cut chunks are in place. */
    CompletableFuture<Void> end() throws IOException, KithException {
      closeGroup();
      drain(0);
      marks.found(inode, damaged, past);
      return all();
    }

    /** Done when the chunks of all groups that were closed are in place. */
    CompletableFuture<Void> all() {
      return CompletableFuture.allOf(groups.toArray(CompletableFuture[]::new));
    }

    private void closeGroup() {
      List<IngestSwitch.Cut> cuts = group;
      group = new ArrayList<>();
      CompletableFuture<?>[] chunks =
          cuts.stream().map(IngestSwitch.Cut::chunk).toArray(CompletableFuture<?>[]::new);
      groups.add(
          CompletableFuture.allOf(chunks)
              .thenCompose(none -> durable(cuts))
              .thenRun(() -> switching.toChunks(inode, cuts)));
    }

    /** Passes the oldest pieces on until at most {@code left} remain. */
    private void drain(int left) throws IOException, KithException {
      while (pending.size() > left) {
        Piece piece = pending.remove();
        if (piece.chunk() == null) {
          visitor.unreadable(piece.offset(), piece.length());
        } else {
          visitor.piece(piece.offset(), Awaiting.result(piece.chunk()));
        }
      }
    }
  }

  private CompletableFuture<Void> durable(List<IngestSwitch.Cut> cuts) {
    Map<PackId, ChunkRef> packsOf = new HashMap<>();
    cuts.forEach(cut -> packsOf.put(cut.chunk().join().pack(), cut.chunk().join()));
    return CompletableFuture.allOf(
        packsOf.values().stream().map(packs::durable).toArray(CompletableFuture<?>[]::new));
  }

  /** Takes a file off the DIRTY table if all its chunks are in place and it is as it was. */
  private void finish(long inode, UnderWay task, Throwable failure) {
    underWay.remove(inode, task);
    try {
      if (failure == null) {
        clean(inode, task.version);
      } else if (Awaiting.cause(failure) instanceof PackSaver.EndedException) {
        log.debug("inode {} stays in staging until the next start", inode);
      } else {
        log.warn("inode {} stays in staging: {}", inode, Awaiting.cause(failure).toString());
      }
    } catch (IOException e) {
      log.warn("inode {} stays marked for ingest: {}", inode, e.toString());
    } finally {
      task.done.complete(null);
    }
  }

  private void clean(long inode, long version) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      byte[] row = live.rows.get(Table.DIRTY, RowKeys.of(inode));
      if (row != null && RowKeys.first(row) == version && !hasStaged(inode)) {
        live.rows.applyUpkeep(new Update().delete(Table.DIRTY, RowKeys.of(inode)));
      }
    }
  }

  private boolean hasStaged(long inode) throws IOException {
    boolean[] staged = {false};
    Extents.visit(
        live.rows,
        inode,
        0,
        Long.MAX_VALUE,
        extent -> {
          staged[0] = extent instanceof Extent.Staged;
          return !staged[0];
        });
    return staged[0];
  }
}
