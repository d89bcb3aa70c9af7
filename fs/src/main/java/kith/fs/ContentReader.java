package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.index.StagedRecord;
import kith.index.Staging;

/** Turns extents into bytes: from staging, or from chunks wherever they are. */
final class ContentReader {
  private static final byte[] ZEROS = new byte[64 * 1024];

  private final Staging staging;
  private final ChunkSource chunks;

  ContentReader(Staging staging, ChunkSource chunks) {
    this.staging = staging;
    this.chunks = chunks;
  }

  /**
   * Puts exactly {@code length} bytes into target, zeros for holes.
   *
   * @param extents those with bytes in the range, in file order
   * @param offset where the range begins in the file
   */
  void read(List<Extent> extents, long offset, ByteBuffer target, int length)
      throws IOException, KithException {
    read(extents, offset, target, length, chunks);
  }

  /**
   * As {@link #read}; false if some of it is not on this machine. Chunks that are read to their end
   * are not kept: the kernel has all of them then.
   */
  boolean readLocal(List<Extent> extents, long offset, ByteBuffer target, int length)
      throws IOException, KithException {
    Map<ChunkKey, byte[]> here = new HashMap<>();
    for (Extent extent : extents) {
      if (extent instanceof Extent.Chunked chunked) {
        boolean again = offset + length < chunked.end();
        Optional<byte[]> chunk = chunks.local(chunked.chunk(), again);
        if (chunk.isEmpty()) {
          return false;
        }
        here.put(chunked.chunk().key(), chunk.get());
      }
    }
    read(extents, offset, target, length, chunk -> here.get(chunk.key()));
    return true;
  }

  private void read(
      List<Extent> extents, long offset, ByteBuffer target, int length, ChunkSource source)
      throws IOException, KithException {
    long position = offset;
    long end = offset + length;
    for (Extent extent : extents) {
      long from = Math.max(position, extent.offset());
      int count = (int) (Math.min(end, extent.end()) - from);
      if (count > 0) {
        zeros(target, from - position);
        copy(extent.part(from, count), target, source);
        position = from + count;
      }
    }
    zeros(target, end - position);
  }

  private void copy(Extent part, ByteBuffer target, ChunkSource source)
      throws IOException, KithException {
    if (part instanceof Extent.Staged staged) {
      ByteBuffer slice = target.slice(target.position(), staged.length());
      StagedRecord record = staged.record();
      this.staging.read(record.segment(), record.position(), record.length(), staged.skip(), slice);
      target.position(target.position() + staged.length());
    } else if (part instanceof Extent.Chunked chunked) {
      byte[] chunk = source.chunk(chunked.chunk());
      target.put(chunk, chunked.skip(), chunked.length());
    } else {
      throw new CorruptDataException(
          part.length() + " bytes at " + part.offset() + " were damaged before a partner had them");
    }
  }

  private static void zeros(ByteBuffer target, long count) {
    long left = count;
    while (left > 0) {
      int step = (int) Math.min(left, ZEROS.length);
      target.put(ZEROS, 0, step);
      left -= step;
    }
  }
}
