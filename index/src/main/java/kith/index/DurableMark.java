package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file beside RocksDB that tells how much of its log was durable: RocksDB takes damage within the
 * log for its torn end, and forgets all that follows. The file is written after the log was synced
 * and not synced itself, so that it never tells too much; two places are written in turn. Each is
 *
 * <pre>
 *   version u8 = 1 | sequence number u64 | CRC32C of both u32
 * </pre>
 *
 * For one thread.
 */
final class DurableMark implements AutoCloseable {
  private static final int VERSION = 1;
  private static final int SUM = 1 + Long.BYTES;
  private static final int SIZE = SUM + Integer.BYTES;

  private final FileChannel file;
  private final ByteBuffer place = ByteBuffer.allocate(SIZE);
  private int next;

  /** Opens the file, or makes it. */
  DurableMark(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** The greatest sequence number that is known to have been durable; 0 if none is. */
  long last() throws IOException {
    return Math.max(read(0), read(1));
  }

  private long read(int which) throws IOException {
    place.clear();
    if (file.read(place, (long) which * SIZE) < SIZE) {
      return 0;
    }
    boolean whole = place.get(0) == VERSION && place.getInt(SUM) == sum();
    return whole ? place.getLong(1) : 0;
  }

  /** Everything up to this sequence number is durable, and nothing after it counts. */
  void reset(long sequence) throws IOException {
    file.truncate(0);
    put(sequence);
  }

  /** Everything up to this sequence number is durable. */
  void put(long sequence) throws IOException {
    place.clear();
    place.put((byte) VERSION).putLong(sequence);
    place.putInt(sum()).flip();
    file.write(place, (long) next * SIZE);
    next = 1 - next;
  }

  private int sum() {
    CRC32C crc = new CRC32C();
    crc.update(place.array(), 0, SUM);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
