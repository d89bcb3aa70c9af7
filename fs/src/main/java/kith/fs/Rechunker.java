package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.chunker.Chunker;
import kith.chunker.ChunkerParameters;
import kith.codec.KithException;
import kith.index.RowView;
import kith.index.Table;

/**
 * Walks over a file and cuts into chunks what isn't: from the boundary before each changed range
 * until new cuts and old boundaries meet. Chunks that did not change are passed on as they are. One
 * walk at a time.
 */
final class Rechunker {
  private static final int WINDOW = 256 * 1024;

  /** Receives the chunks of a file in file order. */
  interface Output {
    /** A chunk that has not changed. */
    void kept(Extent.Chunked chunk) throws IOException, KithException;

    /**
     * A newly cut chunk.
     *
     * @param offset where it begins in the file
     * @param bytes handed over
     * @param origin the extents that its bytes came from, cut to its range
     */
    void cut(long offset, byte[] bytes, List<Extent> origin) throws IOException, KithException;

    /**
     * A range whose bytes are gone: one that is known to be damaged, or that turned out to be.
     *
     * @param range to the end of its row
     */
    void unreadable(Extent range) throws IOException, KithException;
  }

  private final Chunker chunker;
  private final ContentReader content;
  private final Damage damage;
  private final byte[] buffer;

  /** Length of the file: extents behind it are on their way out. */
  private long size;

  Rechunker(Chunker chunker, ChunkerParameters parameters, ContentReader content, Damage damage) {
    this.chunker = chunker;
    this.content = content;
    this.damage = damage;
    this.buffer = new byte[parameters.max() + WINDOW];
  }

  /** Walks over a whole file as the rows show it. */
  void walk(RowView rows, long inode, Output output) throws IOException, KithException {
    byte[] row = rows.get(Table.INODES, RowKeys.of(inode));
    size = row == null ? 0 : InodeRow.decode(row).size();
    long position = 0;
    Extent.Chunked kept = null;
    for (Extent next = first(rows, inode, position);
        next != null;
        next = first(rows, inode, position)) {
      if (next instanceof Extent.Chunked chunk && chunk.whole()) {
        if (kept != null) {
          output.kept(kept);
        }
        kept = chunk;
        position = chunk.end();
      } else {
        // The chunk before may have ended there only because the file did.
        boolean joins =
            kept != null && kept.end() == next.offset() && !(next instanceof Extent.Damaged);
        if (kept != null && !joins) {
          output.kept(kept);
        }
        position = rechunk(rows, inode, joins ? kept.offset() : next.offset(), output);
        kept = null;
      }
    }
    if (kept != null) {
      output.kept(kept);
    }
  }

  /** Cuts from {@code start} and returns where it stopped: a hole, the end, or an old boundary. */
  private long rechunk(RowView rows, long inode, long start, Output output)
      throws IOException, KithException {
    chunker.reset();
    List<Extent> origin = new ArrayList<>();
    long chunkStart = start;
    int filled = 0;
    while (true) {
      long position = chunkStart + filled;
      List<Extent> window = contiguous(rows, inode, position);
      int length = read(window, position, filled);
      if (length == 0) {
        if (filled > 0) {
          output.cut(
              chunkStart,
              Arrays.copyOf(buffer, filled),
              Extents.within(origin, chunkStart, chunkStart + filled));
        }
        return window.isEmpty() ? position : pass(rows, inode, window.get(0), output);
      }
      origin.addAll(Extents.within(window, position, position + length));
      int scanned = filled;
      filled += length;
      for (int cut = next(scanned, filled); cut > 0; cut = next(0, filled)) {
        long end = chunkStart + cut;
        output.cut(chunkStart, Arrays.copyOf(buffer, cut), Extents.within(origin, chunkStart, end));
        System.arraycopy(buffer, cut, buffer, 0, filled - cut);
        filled -= cut;
        chunkStart = end;
        origin = Extents.within(origin, end, end + filled);
        chunker.reset();
        if (wholeChunkAt(rows, inode, end)) {
          return end;
        }
      }
    }
  }

  /** Puts of a window into the buffer what comes before the first range that is damaged. */
  private int read(List<Extent> window, long position, int at) throws IOException, KithException {
    int length = (int) Extents.bytes(window);
    try {
      content.read(window, position, ByteBuffer.wrap(buffer, at, length), length);
      return length;
    } catch (IOException | KithException e) {
      List<Extent> whole = damage.before(window);
      int count = (int) Extents.bytes(whole);
      if (count == length) {
        throw e;
      }
      content.read(whole, position, ByteBuffer.wrap(buffer, at, count), count);
      return count;
    }
  }

  /**
   * Passes over a damaged range; returns where its row ends.
   *
   * @param found the beginning of the range, where it could not be read
   * @throws NoSuchFileException if the row is another by now: the file was written meanwhile
   */
  private long pass(RowView rows, long inode, Extent found, Output output)
      throws IOException, KithException {
    long position = found.offset();
    Extent row = first(rows, inode, position);
    if (row == null
        || row.offset() > position
        || row.end() < found.end()
        || !row.part(position, found.length()).equals(found)) {
      throw new NoSuchFileException("inode " + inode, null, "changed while it was read");
    }
    output.unreadable(row.part(position, (int) (row.end() - position)));
    return row.end();
  }

  /** Where the next cut lies in the buffer, or -1: {@code [0, from)} has been scanned already. */
  private int next(int from, int filled) {
    int found = chunker.next(buffer, from, filled - from);
    return found < 0 ? -1 : from + found;
  }

  /** The extents from a position on, without a gap and a window long at most. */
  private List<Extent> contiguous(RowView rows, long inode, long position) throws IOException {
    List<Extent> window = new ArrayList<>();
    if (position >= size) {
      return window;
    }
    long end = size - position > WINDOW ? position + WINDOW : size; // their sum may be too great
    long[] reached = {position};
    Extents.visit(
        rows,
        inode,
        position,
        end,
        extent -> {
          if (extent.offset() > reached[0]) {
            return false;
          }
          long until = Math.min(extent.end(), end);
          window.add(extent.part(reached[0], (int) (until - reached[0])));
          reached[0] = until;
          return until < end;
        });
    return window;
  }

  private boolean wholeChunkAt(RowView rows, long inode, long offset) throws IOException {
    Extent extent = first(rows, inode, offset);
    return extent instanceof Extent.Chunked chunk && chunk.offset() == offset && chunk.whole();
  }

  private Extent first(RowView rows, long inode, long position) throws IOException {
    if (position >= size) {
      return null; // most files are one chunk, and a scan costs more than the rest
    }
    Extent[] found = {null};
    Extents.visit(
        rows,
        inode,
        position,
        size,
        extent -> {
          found[0] = extent;
          return false;
        });
    return found[0];
  }
}
