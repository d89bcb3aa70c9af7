package kith.fs;

import java.io.IOException;

/** A regular file that is imported. */
public interface SourceFile extends SourceNode {
  /**
   * Reads at an offset.
   *
   * @return how many bytes were put into the target; 0 at the end of the file only
   */
  int read(long offset, byte[] target, int at, int length) throws IOException;

  /** Where data begins at or after an offset, or -1 if there is none. */
  long data(long offset) throws IOException;

  /** Where the data at an offset ends. */
  long hole(long offset) throws IOException;
}
