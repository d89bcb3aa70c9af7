package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the content of packed files. Safe for many threads. */
final class PackedTreeContent {
  /** Walks over the pieces of a file from some offset on. */
  @FunctionalInterface
  private interface Pieces {
    /** The next piece, or null after the last. */
    TreeRecordContent.Piece next() throws IOException, KithException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(PackedTreeContent.class);

  private final PageCache pages;
  private final ChunkSource chunks;
  private final PackedTreeReadAhead readAhead;

  PackedTreeContent(PageCache pages, ChunkSource chunks, PackedTreeReadAhead readAhead) {
    this.pages = pages;
    this.chunks = chunks;
    this.readAhead = readAhead;
  }

  /** As {@link ReadTree#read}. */
  int read(TreeRecord record, long offset, ByteBuffer target) throws IOException, KithException {
    long size = record.attributes().size();
    int length = (int) Math.max(0, Math.min(target.remaining(), size - offset));
    if (length == 0) {
      return 0;
    }
    Pieces pieces = pieces(record, offset);
    ByteBuffer out = target.duplicate().limit(target.position() + length);
    long at = offset;
    TreeRecordContent.Piece piece = pieces.next();
    while (out.hasRemaining()) {
      at += zeros(out, piece == null ? Long.MAX_VALUE : piece.offset() - at);
      if (out.hasRemaining()) {
        at += copy(piece, at, out);
        piece = pieces.next();
      }
    }
    if (readAhead.isSequential(record.attributes().inode(), offset, at)) {
      ahead(pieces, piece);
    }
    target.position(out.position());
    return length;
  }

  /** As {@link ReadTree#seek}. */
  long seek(TreeRecord record, long offset, FileSystem.SeekTo what)
      throws IOException, KithException {
    long size = record.attributes().size();
    if (offset < 0 || offset >= size) {
      throw new DriveException(DriveException.Reason.NO_SUCH_OFFSET, offset + " of " + size);
    }
    Pieces pieces = pieces(record, offset);
    TreeRecordContent.Piece piece = pieces.next();
    if (what == FileSystem.SeekTo.DATA) {
      if (piece == null) {
        throw new DriveException(DriveException.Reason.NO_SUCH_OFFSET, "no data after " + offset);
      }
      return Math.max(offset, piece.offset());
    }
    long end = offset;
    while (piece != null && piece.offset() <= end) {
      end = piece.end();
      piece = pieces.next();
    }
    return Math.min(end, size);
  }

  /** All of it, in pieces that are chunks. */
  RestoreContent pieces(TreeRecord record) throws IOException, KithException {
    Pieces pieces = pieces(record, 0);
    return new PackedTreeRestoring(
        () -> {
          TreeRecordContent.Piece piece = pieces.next();
          return piece == null ? null : new Chunk(piece);
        },
        readAhead);
  }

  /** A piece for a restore. */
  private final class Chunk implements RestoreContent.Piece {
    private final TreeRecordContent.Piece piece;

    private Chunk(TreeRecordContent.Piece piece) {
      this.piece = piece;
    }

    @Override
    public long offset() {
      return piece.offset();
    }

    @Override
    public int length() {
      return piece.length();
    }

    @Override
    public boolean matches(byte[] bytes) {
      return piece.chunk().isPresent() && chunks.isContent(piece.chunk().get(), bytes);
    }

    @Override
    public byte[] bytes() throws IOException, KithException {
      return opened(piece);
    }
  }

  private void ahead(Pieces pieces, TreeRecordContent.Piece first) {
    List<ChunkRef> next = new ArrayList<>();
    TreeRecordContent.Piece piece = first;
    try {
      while (piece != null && next.size() < PackedTreeReadAhead.CHUNKS) {
        piece.chunk().ifPresent(next::add);
        piece = pieces.next();
      }
    } catch (IOException | KithException e) {
      LOG.debug("no read-ahead: {}", e.getMessage()); // whoever reads on will be told
    }
    readAhead.fetch(next);
  }

  private static int zeros(ByteBuffer out, long count) {
    int zeros = (int) Math.max(0, Math.min(count, out.remaining()));
    out.put(new byte[zeros]);
    return zeros;
  }

  private int copy(TreeRecordContent.Piece piece, long at, ByteBuffer out)
      throws IOException, KithException {
    byte[] bytes = opened(piece);
    int skip = (int) (at - piece.offset());
    int count = Math.min(bytes.length - skip, out.remaining());
    out.put(bytes, skip, count);
    return count;
  }

  private byte[] opened(TreeRecordContent.Piece piece) throws IOException, KithException {
    ChunkRef chunk =
        piece
            .chunk()
            .orElseThrow(
                () ->
                    new CorruptDataException(
                        piece.length()
                            + " bytes at "
                            + piece.offset()
                            + " were damaged before a partner had them"));
    byte[] bytes = chunks.chunk(chunk);
    if (bytes.length != piece.length()) {
      throw new CorruptDataException("a chunk has " + bytes.length + " bytes, not as recorded");
    }
    return bytes;
  }

  private Pieces pieces(TreeRecord record, long offset) throws IOException, KithException {
    if (record.content() instanceof TreeRecordContent.Table table) {
      SortedReader reader = new SortedReader(pages, PageKind.CONTENT, table.root());
      SortedCursor cursor = reader.from(TreeNodeRow.key(offset + 1));
      return () -> cursor.next() ? piece(cursor) : null;
    }
    if (record.content() instanceof TreeRecordContent.Inline inline) {
      var rest = inline.pieces().stream().filter(piece -> piece.end() > offset).iterator();
      return () -> rest.hasNext() ? rest.next() : null;
    }
    return () -> null;
  }

  private static TreeRecordContent.Piece piece(SortedCursor cursor) throws CorruptDataException {
    PageInput in = new PageInput(cursor.key(), "piece");
    long end = in.count64();
    in.end();
    return TreeRecordContent.Piece.ofValue(end, cursor.value());
  }
}
