package kith.fs;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A folder that is being restored, and what is done with it when all that is in it has its name.
 * Safe for many threads.
 */
final class RestoreFolder {
  private final DestinationFolder folder;
  private final Set<FileName> names;
  private final byte[] path;
  private final Finish finish;
  private final AtomicInteger users = new AtomicInteger(1);

  /** What is done with a folder when all is in it. */
  @FunctionalInterface
  interface Finish {
    void run(RestoreFolder folder) throws IOException;
  }

  /**
   * @param names that it had before
   * @param path below where the restore began; empty for that folder
   */
  RestoreFolder(DestinationFolder folder, Set<FileName> names, byte[] path, Finish finish) {
    this.folder = folder;
    this.names = names;
    this.path = path;
    this.finish = finish;
  }

  DestinationFolder folder() {
    return folder;
  }

  byte[] path() {
    return path;
  }

  /** The path of something in it. */
  byte[] path(FileName name) {
    int length = path.length == 0 ? 0 : path.length + 1;
    byte[] bytes = name.toBytes();
    byte[] whole = Arrays.copyOf(path, length + bytes.length);
    if (length > 0) {
      whole[length - 1] = '/';
    }
    System.arraycopy(bytes, 0, whole, length, bytes.length);
    return whole;
  }

  /**
   * Whether it had exactly this name before. Where it had not, something that has the name all the
   * same is another file of the restore, on a filesystem that takes the two names for one.
   */
  boolean had(FileName name) {
    return names.contains(name);
  }

  /** Somebody will put something into it. */
  void use() {
    users.incrementAndGet();
  }

  /** Somebody has done so, or given up. */
  void done() throws IOException {
    if (users.decrementAndGet() == 0) {
      finish.run(this);
    }
  }
}
