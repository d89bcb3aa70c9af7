package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import kith.codec.ChunkCodec;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Staging;

/**
 * Tells ranges whose bytes are gone for good from those that can be read later: what is staged is
 * nowhere else, and what was in a lost pack isn't either; a partner may come back. Safe for many
 * threads.
 */
final class Damage {
  private final RowView rows;
  private final Staging staging;
  private final ContentReader content;

  /**
   * @param rows that tell which packs are lost
   */
  Damage(RowView rows, Staging staging, ContentReader content) {
    this.rows = rows;
    this.staging = staging;
    this.content = content;
  }

  /** The extents before the first that is gone. */
  List<Extent> before(List<Extent> extents) throws IOException {
    List<Extent> whole = new ArrayList<>();
    for (Extent extent : extents) {
      if (isGone(extent)) {
        break;
      }
      whole.add(extent);
    }
    return whole;
  }

  /** Whether the bytes of an extent are gone for good. Reads them; may ask partners. */
  boolean isGone(Extent extent) throws IOException {
    if (extent instanceof Extent.Damaged) {
      return true;
    }
    try {
      ByteBuffer bytes = ByteBuffer.allocate(extent.length());
      content.read(List.of(extent), extent.offset(), bytes, extent.length());
      return false;
    } catch (IOException | KithException e) {
      return extent instanceof Extent.Staged staged
          ? isStagedGone(staged, e)
          : extent instanceof Extent.Chunked chunked && isLost(chunked.chunk());
    }
  }

  /** As {@link #isGone} of what was found gone before, without asking partners. */
  boolean isStillGone(Extent extent) throws IOException {
    return extent instanceof Extent.Chunked chunked ? isLost(chunked.chunk()) : isGone(extent);
  }

  private boolean isStagedGone(Extent.Staged extent, Exception failure) {
    if (failure instanceof CorruptDataException || failure instanceof NoSuchFileException) {
      return true;
    }
    // A bad sector; but not if nothing of the segment can be read, as on a disk that went away.
    return !(failure instanceof ClosedChannelException)
        && staging.isReadable(extent.record().segment());
  }

  private boolean isLost(ChunkRef chunk) throws IOException {
    return PackRows.live(rows, Resealed.now(rows, chunk.pack())).isEmpty()
        && PackRows.liveChunk(rows, PackKind.DATA, ChunkCodec.idOf(chunk.key())).isEmpty();
  }
}
