package kith.fs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of this machine that is restored into. Follows no symlink; failures are {@link
 * DestinationException}. Safe for many threads as long as it is open.
 */
public interface DestinationFolder extends AutoCloseable {
  /** Names of all that is in it. */
  List<FileName> names() throws IOException;

  /** What a name stands for; empty if for nothing. */
  Optional<SourceStat> stat(FileName name) throws IOException;

  /** Opens a folder in it. */
  DestinationFolder folder(FileName name) throws IOException;

  /** Opens a regular file in it for reading and changing its attributes. */
  DestinationFile file(FileName name) throws IOException;

  /**
   * Opens a regular file in it for writing too; makes it if it isn't there, for its owner alone.
   */
  DestinationFile create(FileName name) throws IOException;

  /** Lets its owner into a folder in it, and write there. */
  void admitOwner(FileName name) throws IOException;

  /** Makes a folder for its owner alone. */
  void makeFolder(FileName name) throws IOException;

  /**
   * @param target 1 to 4095 bytes
   */
  void makeSymlink(FileName name, byte[] target) throws IOException;

  /**
   * Makes a fifo, socket or device.
   *
   * @param device dev_t of a device, else 0
   */
  void makeNode(FileName name, FileKind kind, long device) throws IOException;

  /** Another name for a file that is no folder. */
  void link(FileName name, DestinationFolder into, FileName as) throws IOException;

  /**
   * Renames in one step.
   *
   * @param replacing whether a file that has that name goes; else EXISTS
   */
  void move(FileName name, DestinationFolder into, FileName as, boolean replacing)
      throws IOException;

  /** Removes the name of a file that is no folder; GONE if there is none. */
  void remove(FileName name) throws IOException;

  /** Removes all that is in it; there is no folder among that. */
  void empty() throws IOException;

  /** Removes an empty folder. */
  void removeFolder(FileName name) throws IOException;

  /** Gives itself attributes; returns what could not be given. */
  Set<DestinationLoss> adapt(DestinationAttributes attributes) throws IOException;

  /** Gives attributes to what is neither folder nor regular file. */
  Set<DestinationLoss> adapt(FileName name, DestinationAttributes attributes) throws IOException;

  /** Nobody else uses what is in it: false if somebody does. Lasts until it is closed. */
  boolean lock() throws IOException;

  /** All that was written to its filesystem survives a power loss when this returns. */
  void sync() throws IOException;

  /** Room on its filesystem, in bytes. */
  long freeBytes() throws IOException;

  /** Closing it again does nothing. */
  @Override
  void close() throws IOException;
}
