package kith.fs;

import java.io.IOException;
import java.util.Arrays;
import kith.chunker.Chunker;
import kith.chunker.ChunkerParameters;
import kith.codec.KithException;

/** Reads files and cuts them into chunks, leaving holes out. For one thread. */
final class ImportReader {
  private static final int BUFFER = 1 << 20;

  private final ChunkerParameters parameters;
  private final Chunker chunker;
  private final ImportChunks chunks;
  private final Meter meter;
  private final byte[] buffer;

  /** Hears how much has been read; may end the import. */
  @FunctionalInterface
  interface Meter {
    void read(int bytes) throws IOException;
  }

  ImportReader(Ingest.Cutting cutting, ImportChunks chunks, Meter meter) {
    this.parameters = cutting.parameters();
    this.chunker = new Chunker(parameters, cutting.gear());
    this.chunks = chunks;
    this.meter = meter;
    this.buffer = new byte[BUFFER + parameters.max()];
  }

  /**
   * Reads a whole file.
   *
   * @param stat as of before
   * @return how long it was found to be
   */
  long read(SourceFile file, SourceStat stat, ImportedFile into) throws IOException, KithException {
    long size = stat.attributes().size();
    boolean sparse = stat.isSparse();
    for (long position = 0; position < size; ) {
      long start = sparse ? file.data(position) : position;
      if (start < 0 || start >= size) {
        break; // a hole to the end
      }
      long end = sparse ? Math.min(size, file.hole(start)) : size;
      position =
          end - start <= parameters.min()
              ? readShort(file, start, (int) (end - start), into)
              : readLong(file, start, end, into);
      if (position < end) {
        return position; // it has become shorter
      }
    }
    return size;
  }

  /** What is too short to be cut. */
  private long readShort(SourceFile file, long start, int length, ImportedFile into)
      throws IOException, KithException {
    byte[] bytes = new byte[length];
    int filled = fill(file, start, bytes, 0, length);
    if (filled > 0) {
      byte[] whole = filled == length ? bytes : Arrays.copyOf(bytes, filled);
      into.add(start, filled, chunks.submit(whole));
    }
    return start + filled;
  }

  private long readLong(SourceFile file, long start, long end, ImportedFile into)
      throws IOException, KithException {
    chunker.reset();
    long at = start; // of the first byte in the buffer
    int filled = 0;
    boolean more = true;
    while (more) {
      int wanted = (int) Math.min(buffer.length - filled, end - at - filled);
      int read = fill(file, at + filled, buffer, filled, wanted);
      more = read == wanted && at + filled + read < end;
      int cut = cut(at, filled, filled + read, into);
      filled += read - cut;
      at += cut;
      System.arraycopy(buffer, cut, buffer, 0, filled);
    }
    if (filled > 0) {
      into.add(at, filled, chunks.submit(Arrays.copyOf(buffer, filled)));
    }
    return at + filled;
  }

  /**
   * Cuts what is in the buffer.
   *
   * @param at where it begins in the file
   * @param scanned how much of it the chunker has seen
   * @return how much of it is in chunks
   */
  private int cut(long at, int scanned, int filled, ImportedFile into)
      throws IOException, KithException {
    int begin = 0;
    int from = scanned;
    for (int taken = next(from, filled); taken > 0; taken = next(from, filled)) {
      from += taken;
      byte[] chunk = Arrays.copyOfRange(buffer, begin, from);
      into.add(at + begin, chunk.length, chunks.submit(chunk));
      begin = from;
    }
    return begin;
  }

  private int next(int from, int filled) {
    return from == filled ? -1 : chunker.next(buffer, from, filled - from);
  }

  /** Reads until so much is there, or the file ends; returns how much there is. */
  private int fill(SourceFile file, long offset, byte[] target, int at, int length)
      throws IOException {
    int filled = 0;
    while (filled < length) {
      int read = file.read(offset + filled, target, at + filled, length - filled);
      if (read == 0) {
        break;
      }
      filled += read;
      meter.read(read);
    }
    return filled;
  }
}
