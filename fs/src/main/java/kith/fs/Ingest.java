package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kith.chunker.ChunkerParameters;
import kith.chunker.GearTable;
import kith.codec.KithException;
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

  private final LiveTree live;
  private final ContentReader content;
  private final PackWriter packs;
  private final ChunkerParameters parameters;
  private final GearTable gear;
  private final Map<Long, Long> underWay = new ConcurrentHashMap<>();

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
   * @return whether there was something to do that is not under way already
   */
  boolean file(long inode, long version) throws IOException, KithException {
    Long before = underWay.put(inode, version);
    if (before != null && before == version) {
      return false;
    }
    List<CompletableFuture<Boolean>> switched = new ArrayList<>();
    try {
      rechunker().walk(live.rows, inode, new Pieces(inode, (offset, chunk) -> {}, switched));
    } catch (IOException | KithException | RuntimeException e) {
      underWay.remove(inode, version);
      throw e;
    }
    CompletableFuture.allOf(switched.toArray(CompletableFuture[]::new))
        .whenComplete((none, failure) -> finish(inode, version, failure));
    return true;
  }

  /** The chunks of files as frozen rows show them, chunked on the way where they aren't yet. */
  FileContent content(RowView frozen) {
    return (inode, visitor) -> {
      Pieces pieces = new Pieces(inode, visitor, new ArrayList<>());
      rechunker().walk(frozen, inode, pieces);
      pieces.drain(0);
    };
  }

  private Rechunker rechunker() {
    return new Rechunker(parameters, gear, content);
  }

  /** Hands cut chunks to the packs, keeping file order for the visitor with some in flight. */
  private final class Pieces implements Rechunker.Output {
    private record Piece(long offset, CompletableFuture<ChunkRef> chunk) {}

    private final long inode;
    private final FileContent.PieceVisitor visitor;
    private final List<CompletableFuture<Boolean>> switched;
    private final Deque<Piece> pending = new ArrayDeque<>();

    Pieces(
        long inode,
        FileContent.PieceVisitor visitor,
        List<CompletableFuture<Boolean>> switched) {
      this.inode = inode;
      this.visitor = visitor;
      this.switched = switched;
    }

    @Override
    public void kept(Extent.Chunked chunk) throws IOException, KithException {
      pending.add(
          new Piece(chunk.offset(), CompletableFuture.completedFuture(chunk.chunk())));
      drain(PIECES_AHEAD);
    }

    @Override
    public void cut(long offset, byte[] bytes, List<Extent> origin)
        throws IOException, KithException {
      CompletableFuture<ChunkRef> chunk = packs.submit(PackKind.DATA, bytes);
      pending.add(new Piece(offset, chunk));
      switched.add(
          chunk.thenCompose(
              ref ->
                  packs
                      .durable(ref)
                      .thenApply(
                          none ->
                              switchExtents(
                                  inode,
                                  new Extent.Chunked(offset, ref.rawLength(), 0, ref),
                                  origin))));
      drain(PIECES_AHEAD);
    }

    /** Passes the oldest pieces on until at most {@code left} remain. */
    void drain(int left) throws IOException, KithException {
      while (pending.size() > left) {
        Piece piece = pending.remove();
        visitor.piece(piece.offset(), Outcomes.await(piece.chunk()));
      }
    }
  }

  /** Puts a chunk where its bytes came from; false if they have changed since. */
  private boolean switchExtents(long inode, Extent.Chunked chunk, List<Extent> origin) {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      List<Extent> now =
          Extents.within(
              Extents.list(live.rows, inode, chunk.offset(), chunk.end()),
              chunk.offset(),
              chunk.end());
      if (!now.equals(origin)) {
        return false;
      }
      Update update = new Update();
      List<Extent> covered =
          Extents.cut(live.rows, update, inode, chunk.offset(), chunk.end());
      Extents.put(update, inode, chunk);
      live.rows.apply(update);
      live.use.remove(covered);
      return true;
    } catch (IOException e) {
      log.warn("inode {} stays in staging: {}", inode, e.toString());
      return false;
    }
  }

  /** Takes a file off the DIRTY table if all its chunks are in place and it is as it was. */
  private void finish(long inode, long version, Throwable failure) {
    underWay.remove(inode, version);
    if (failure != null) {
      log.warn("inode {} stays in staging: {}", inode, failure.toString());
      return;
    }
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      byte[] row = live.rows.get(Table.DIRTY, RowKeys.of(inode));
      if (row != null && RowKeys.first(row) == version && !hasStaged(inode)) {
        live.rows.apply(new Update().delete(Table.DIRTY, RowKeys.of(inode)));
      }
    } catch (IOException e) {
      log.warn("inode {} stays marked for ingest: {}", inode, e.toString());
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
