package kith.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kith.index.Update;

/** Switches extents of live files from staging to chunks. Safe for many threads. */
final class IngestSwitch {
  private final LiveTree live;

  IngestSwitch(LiveTree live) {
    this.live = live;
  }

  /** A chunk on its way, and the extents that its bytes came from. */
  record Cut(long offset, CompletableFuture<ChunkRef> chunk, List<Extent> origin) {
    /** The extent that takes the place of the origin. The chunk has its place. */
    Extent.Chunked extent() {
      ChunkRef ref = chunk.join();
      return new Extent.Chunked(offset, ref.rawLength(), 0, ref);
    }
  }

  /** Puts chunks where their bytes came from, but for those whose bytes have changed since. */
  void toChunks(long inode, List<Cut> cuts) {
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
      live.rows.applyUpkeep(update);
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
}
