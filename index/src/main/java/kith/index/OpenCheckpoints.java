package kith.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;

/**
 * The checkpoints that are read. Each that is open costs memory and open files, so only a few are:
 * who was asked longest ago gives way to another, and is opened again when asked. Those that are in
 * use stay, so that there can be as many more as there are threads reading. Safe for many threads.
 */
final class OpenCheckpoints {
  /** How many stay open without being used. */
  static final int MOST = 4;

  private final Path folder;
  private final RocksOptions options;
  private final Map<String, RocksEngine> open = new LinkedHashMap<>(MOST * 2, 0.75f, true);

  OpenCheckpoints(Path folder, RocksOptions options) {
    this.folder = folder;
    this.options = options;
  }

  /**
   * A checkpoint, opened if need be; it may be closed at any time that nobody uses it.
   *
   * @throws NoSuchFileException if there is none of this name
   */
  synchronized RocksEngine engine(String name) throws IOException {
    RocksEngine engine = open.get(name);
    if (engine == null) {
      makeRoom();
      engine = open(name);
      open.put(name, engine);
    }
    return engine;
  }

  private RocksEngine open(String name) throws IOException {
    Path directory = folder.resolve(name);
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    try {
      return RocksEngine.openReadOnly(directory, options);
    } catch (RocksDBException e) {
      throw new IOException("checkpoint " + name + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private void makeRoom() {
    Iterator<RocksEngine> oldest = open.values().iterator();
    while (open.size() >= MOST && oldest.hasNext()) {
      if (oldest.next().closeIfIdle()) {
        oldest.remove();
      }
    }
  }

  /** Closes one, once nobody reads it any more. */
  void close(String name) {
    RocksEngine engine;
    synchronized (this) {
      engine = open.remove(name);
    }
    if (engine != null) {
      engine.close();
    }
  }

  /** How many are open. */
  synchronized int count() {
    return open.size();
  }
}
