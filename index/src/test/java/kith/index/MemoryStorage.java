package kith.index;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Rows in memory, for tests: what is not written here is forgotten when the rows above are thrown
 * away, as in a crash; writes can be made to fail. Stays usable after {@code close}, so that it can
 * be opened again.
 */
public final class MemoryStorage implements RowStorage {
  private final List<RowTree> trees = new ArrayList<>();
  private final TreeMap<String, List<RowTree>> checkpoints = new TreeMap<>();
  private int writes;
  private IOException failure;
  private Barrier duringWrite = () -> {};

  public MemoryStorage() {
    for (int i = 0; i < Table.COUNT; i++) {
      trees.add(null);
    }
  }

  /** Rows over this storage that commit only when told to. */
  public Rows rows(Barrier beforeCommit) {
    return new Rows(this, beforeCommit, null);
  }

  /** Another storage with the rows that this one has now, without its checkpoints. */
  public synchronized MemoryStorage copy() {
    MemoryStorage copy = new MemoryStorage();
    for (int i = 0; i < trees.size(); i++) {
      copy.trees.set(i, trees.get(i)); // trees are immutable
    }
    return copy;
  }

  /** Lets every write fail, as on a full disk, until called with null. */
  public synchronized void failWith(IOException error) {
    failure = error;
  }

  /** Runs within each write, before its rows are stored. */
  public synchronized void duringWrite(Barrier action) {
    duringWrite = action;
  }

  /** How many batches were written. */
  public synchronized int writes() {
    return writes;
  }

  @Override
  public synchronized byte[] get(Table table, byte[] key) {
    return live(RowTree.find(trees.get(table.place()), key));
  }

  private static byte[] live(byte[] value) {
    return value == Layer.DELETED ? null : value;
  }

  @Override
  public synchronized RowCursor cursor(RowRange range) {
    return cursor(trees, range);
  }

  private static RowCursor cursor(List<RowTree> from, RowRange range) {
    return new MergedCursor(List.of(RowTree.cursor(from.get(range.table().place()), range)));
  }

  @Override
  public void write(Layer layer) throws IOException {
    Barrier action;
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      action = duringWrite;
    }
    action.force();
    synchronized (this) {
      writes++;
      layer.forEach(
          (table, key, value) ->
              trees.set(table.place(), RowTree.put(trees.get(table.place()), key, value)));
    }
  }

  @Override
  public synchronized RowReader snapshot() {
    return new Frozen(new ArrayList<>(trees));
  }

  @Override
  public void prepareCheckpoint() {}

  @Override
  public synchronized void checkpoint(String name) throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (checkpoints.putIfAbsent(name, new ArrayList<>(trees)) != null) {
      throw new FileAlreadyExistsException(name);
    }
  }

  @Override
  public synchronized RowReader openCheckpoint(String name) throws IOException {
    if (!checkpoints.containsKey(name)) {
      throw new NoSuchFileException(name);
    }
    return new Frozen(checkpoints.get(name));
  }

  @Override
  public synchronized void dropCheckpoint(String name) {
    checkpoints.remove(name);
  }

  @Override
  public synchronized List<String> checkpoints() {
    return List.copyOf(checkpoints.keySet());
  }

  @Override
  public void close() {}

  private record Frozen(List<RowTree> trees) implements RowReader {
    @Override
    public byte[] get(Table table, byte[] key) {
      return live(RowTree.find(trees.get(table.place()), key));
    }

    @Override
    public RowCursor cursor(RowRange range) {
      return MemoryStorage.cursor(trees, range);
    }

    @Override
    public void close() {}
  }
}
