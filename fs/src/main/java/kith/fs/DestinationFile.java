package kith.fs;

import java.io.IOException;
import java.util.Set;

/** A regular file of this machine that is restored; failures are {@link DestinationException}. */
public interface DestinationFile extends AutoCloseable {
  /** How long it is, in bytes. */
  long size() throws IOException;

  /**
   * Reads until so much is there, or the file ends.
   *
   * @return how much was read
   */
  int read(long offset, byte[] target, int length) throws IOException;

  /** The first offset from there on that lies in data, or -1 if there is none. */
  long data(long offset) throws IOException;

  /** Writes all of it. */
  void write(long offset, byte[] bytes, int length) throws IOException;

  /** Makes it as long as that; what is new is a hole. */
  void truncate(long size) throws IOException;

  /** Gives it its attributes; returns what could not be given. */
  Set<DestinationLoss> adapt(DestinationAttributes attributes) throws IOException;

  /** Closing it again does nothing. */
  @Override
  void close() throws IOException;
}
