package kith.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
final class Ingest {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);
  private static final int PIECES_AHEAD = 64;
  private static final int GROUP = 128;

  private final LiveTree live;
  private final ContentReader content;
  private final PackWriter packs;
  private final ChunkerParameters parameters;
  private final GearTable gear;
  private final Map<Long, UnderWay> underWay = new ConcurrentHashMap<>();

  /** A file that is being chunked. */
  private record UnderWay(long version, CompletableFuture<Void> done) {}

  Ingest(LiveTree live, ContentReader content, PackWriter packs, Cutting cutting) {
    this.live = live;
    this.content = content;
    this.packs = packs;
    this.parameters = cutting.parameters();
    this.gear = cutting.gear();
  }

  /**
   * How the files of a drive are cut.
   *
   * @param gear keyed by the drive's convergence secret
   */
  record Cutting(ChunkerParameters parameters, GearTable gear) {}

  /** The files that wait, with the version of their last write. */
  List<Map.Entry<Long, Long>> waiting() throws IOException {
    List<Map.Entry<Long, Long>> found = new ArrayList<>();
    live.rows.scan(
        Table.DIRTY,
        new byte[0],
        null,
        (key, value) -> found.add(Map.entry(RowKeys.first(key), RowKeys.first(value))));
    return found;
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
          walk(live.rows, inode, (offset, chunk) -> {})
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
  boolean begin(long inode, long version) throws IOException, KithException {
    if (underWay.containsKey(inode)) {
      return false;
    }
    var unused = file(inode, version);
    return true;
  }

  /** The chunks of files as frozen rows show them, chunked on the way where they aren't yet. */
  FileContent content(RowView frozen) {
    return (inode, visitor) -> {
      // Whether the live file takes the chunks over, too, is of no interest to the snapshot.
      var unused = walk(frozen, inode, visitor);
    };
  }

  /** Cuts a file; the result is done when all cut chunks are in place. */
  private CompletableFuture<Void> walk(RowView rows, long inode, FileContent.PieceVisitor visitor)
      throws IOException, KithException {
    PackHolds.Hold hold = packs.holds().begin();
    Pieces pieces = new Pieces(inode, visitor);
    try {
      new Rechunker(parameters, gear, content).walk(rows, inode, pieces);
      CompletableFuture<Void> end = pieces.end();
      return end.whenComplete((none, failure) -> hold.close());
    } catch (IOException | KithException | RuntimeException e) {
      // What was cut before goes into place nevertheless.
      var unused = pieces.all().whenComplete((none, failure) -> hold.close());
      throw e;
    }
  }

  /** A chunk on its way, and the extents that its bytes came from. */
  private record Cut(long offset, CompletableFuture<ChunkRef> chunk, List<Extent> origin) {
    /** The extent that takes the place of the origin. The chunk has its place. */
    Extent.Chunked extent() {
      ChunkRef ref = chunk.join();
      return new Extent.Chunked(offset, ref.rawLength(), 0, ref);
    }
  }

  /** Hands cut chunks to the packs, keeping file order for the visitor with some in flight. */
  private final class Pieces implements Rechunker.Output {
    private record Piece(long offset, CompletableFuture<ChunkRef> chunk) {}

    private final long inode;
    private final FileContent.PieceVisitor visitor;
    private final Deque<Piece> pending = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> groups = new ArrayList<>();
    private List<Cut> group = new ArrayList<>();

    Pieces(long inode, FileContent.PieceVisitor visitor) {
      this.inode = inode;
      this.visitor = visitor;
    }

    @Override
    public void kept(Extent.Chunked chunk) throws IOException, KithException {
      pending.add(new Piece(chunk.offset(), CompletableFuture.completedFuture(chunk.chunk())));
      drain(PIECES_AHEAD);
    }

    @Override
    public void cut(long offset, byte[] bytes, List<Extent> origin)
        throws IOException, KithException {
      CompletableFuture<ChunkRef> chunk = packs.submit(PackKind.DATA, bytes);
      pending.add(new Piece(offset, chunk));
      group.add(new Cut(offset, chunk, origin));
      if (group.size() == GROUP) {
        closeGroup();
      }
      drain(PIECES_AHEAD);
    }

    /** Passes on what is left; the result is done when all cut chunks are in place. */
    CompletableFuture<Void> end() throws IOException, KithException {
      closeGroup();
      drain(0);
      return all();
    }

    /** Done when the chunks of all groups that were closed are in place. */
    CompletableFuture<Void> all() {
      return CompletableFuture.allOf(groups.toArray(CompletableFuture[]::new));
    }

    private void closeGroup() {
      List<Cut> cuts = group;
      group = new ArrayList<>();
      CompletableFuture<?>[] chunks =
          cuts.stream().map(Cut::chunk).toArray(CompletableFuture<?>[]::new);
      groups.add(
          CompletableFuture.allOf(chunks)
              .thenCompose(none -> durable(cuts))
              .thenRun(() -> switchExtents(inode, cuts)));
    }

    /** Passes the oldest pieces on until at most {@code left} remain. */
    private void drain(int left) throws IOException, KithException {
      while (pending.size() > left) {
        Piece piece = pending.remove();
        visitor.piece(piece.offset(), Awaiting.result(piece.chunk()));
      }
    }
  }

  private CompletableFuture<Void> durable(List<Cut> cuts) {
    Map<PackId, ChunkRef> packsOf = new HashMap<>();
    cuts.forEach(cut -> packsOf.put(cut.chunk().join().pack(), cut.chunk().join()));
    return CompletableFuture.allOf(
        packsOf.values().stream().map(packs::durable).toArray(CompletableFuture<?>[]::new));
  }

  /** Puts chunks where their bytes came from, but for those whose bytes have changed since. */
  private void switchExtents(long inode, List<Cut> cuts) {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      Update update = new Update();
      List<Extent> covered = new ArrayList<>();
      for (List<Extent.Chunked> run : runs(unchanged(inode, cuts))) {
        // A row may reach over several of them, so that they are cut out of the rows at once.
        long from = run.get(0).offset();
        long to = run.get(run.size() - 1).end();
        covered.addAll(Extents.cut(live.rows, update, inode, from, to));
        run.forEach(chunk -> Extents.put(update, inode, chunk));
      }
      live.rows.apply(update);
      live.use.remove(covered);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The chunks whose bytes still come from where they came from. */
  private List<Extent.Chunked> unchanged(long inode, List<Cut> cuts) throws IOException {
    List<Extent.Chunked> found = new ArrayList<>();
    for (Cut cut : cuts) {
      Extent.Chunked chunk = cut.extent();
      List<Extent> now = Extents.list(live.rows, inode, chunk.offset(), chunk.end());
      if (Extents.within(now, chunk.offset(), chunk.end()).equals(cut.origin())) {
        found.add(chunk);
      }
    }
    return found;
  }

  /** Neighbours together. */
  private static List<List<Extent.Chunked>> runs(List<Extent.Chunked> chunks) {
    List<List<Extent.Chunked>> runs = new ArrayList<>();
    long end = -1;
    for (Extent.Chunked chunk : chunks) {
      if (chunk.offset() != end) {
        runs.add(new ArrayList<>());
      }
      runs.get(runs.size() - 1).add(chunk);
      end = chunk.end();
    }
    return runs;
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
        live.rows.apply(new Update().delete(Table.DIRTY, RowKeys.of(inode)));
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
