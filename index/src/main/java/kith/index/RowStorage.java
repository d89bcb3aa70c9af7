package kith.index;

import java.io.IOException;
import java.util.List;

/**
 * Stores rows on disk: one batch after the other, each synced. What was written is there after a
 * power loss, whole batches in their order. Safe for any number of threads; batches and checkpoints
 * come from one thread at a time.
 */
interface RowStorage extends RowReader {
  /**
   * Writes all rows of a layer, or none, and returns when they are durable. After an error the
   * layer may or may not have been written; the same layer is then written again before any other.
   */
  void write(Layer layer) throws IOException;

  /** The rows as they stand now; costs memory or disk until closed, and ends with the process. */
  RowReader snapshot() throws IOException;

  /** Does ahead what makes the next {@link #checkpoint} short; may run beside writes. */
  void prepareCheckpoint();

  /**
   * Keeps the rows as they stand now under a name, durably.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  void checkpoint(String name) throws IOException;

  /**
   * Opens a checkpoint for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none of this name
   */
  RowReader openCheckpoint(String name) throws IOException;

  /** Removes a checkpoint; no error if there is none. It must not be open. */
  void dropCheckpoint(String name) throws IOException;

  /** How many rows were durable, and gone when this was opened, for their log was damaged. */
  default long lost() {
    return 0;
  }

  /** The names of all whole checkpoints, sorted. */
  List<String> checkpoints() throws IOException;
}
