package kith.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Safe for any number of threads. */
public interface DiskFile extends Closeable {
  /** Writes all that remains in the buffer at a position in bytes. */
  void write(ByteBuffer source, long position) throws IOException;

  /**
   * Fills the buffer from a position in bytes, or as far as the file goes.
   *
   * @return how many bytes were read
   */
  int read(ByteBuffer target, long position) throws IOException;

  /** Length in bytes. */
  long size() throws IOException;

  /** Cuts the file to a length in bytes. */
  void truncate(long size) throws IOException;

  /** Makes the bytes of the file durable; its name needs its directory forced too. */
  void force() throws IOException;
}
