package kith.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * One open RocksDB database with a column family per table. RocksDB's memory must not be touched
 * after closing: every use holds the shared side of a lock, closing the other.
 */
final class RocksEngine implements AutoCloseable {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final RocksDB db;
  private final List<ColumnFamilyHandle> handles;
  private final ColumnFamilyHandle[] tables = new ColumnFamilyHandle[Table.COUNT];
  private final ReadOptions plainRead = new ReadOptions();
  private boolean closed;

  private RocksEngine(RocksDB db, List<ColumnFamilyHandle> handles) throws RocksDBException {
    this.db = db;
    this.handles = handles;
    for (ColumnFamilyHandle handle : handles) {
      String name = new String(handle.getName(), UTF_8);
      for (Table table : Table.values()) {
        if (columnFamily(table).equals(name)) {
          tables[table.place()] = handle;
        }
      }
    }
  }

  /** Opens a database for reading and writing; makes it, or tables that are missing, if need be. */
  static RocksEngine open(Path directory, RocksOptions options) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(descriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.table()));
    for (Table table : Table.values()) {
      families.add(descriptor(bytes(columnFamily(table)), options.table()));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB db = RocksDB.open(options.database(), directory.toString(), families, handles);
    return new RocksEngine(db, handles);
  }

  /** Opens a database for reading; tables that it doesn't have are empty. */
  static RocksEngine openReadOnly(Path directory, RocksOptions options) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (var plain = new org.rocksdb.Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(plain, directory.toString())) {
        families.add(descriptor(name, options.table()));
      }
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB db = RocksDB.openReadOnly(options.database(), directory.toString(), families, handles);
    return new RocksEngine(db, handles);
  }

  private static ColumnFamilyDescriptor descriptor(byte[] name, ColumnFamilyOptions options) {
    return new ColumnFamilyDescriptor(name, options);
  }

  private static String columnFamily(Table table) {
    return table.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }

  /** The engine was closed before, or by, another thread. */
  static final class ClosedException extends IOException {
    ClosedException() {
      super("the index is closed");
    }
  }

  /** Something done with the open database. */
  @FunctionalInterface
  interface Use<T> {
    T with(RocksDB db, ColumnFamilyHandle[] tables) throws RocksDBException;
  }

  /**
   * Does something while the database cannot be closed.
   *
   * @throws IOException if it is closed, or RocksDB fails
   */
  <T> T use(Use<T> use) throws IOException {
    Lock shared = enter();
    try {
      return use.with(db, tables);
    } catch (RocksDBException e) {
      throw failed(e);
    } finally {
      shared.unlock();
    }
  }

  /**
   * @param snapshot null for the newest rows
   */
  byte[] get(Table table, byte[] key, ReadOptions snapshot) throws IOException {
    Lock shared = enter();
    try {
      ColumnFamilyHandle handle = tables[table.place()];
      return handle == null ? null : db.get(handle, snapshot == null ? plainRead : snapshot, key);
    } catch (RocksDBException e) {
      throw failed(e);
    } finally {
      shared.unlock();
    }
  }

  /**
   * @param snapshot null for the newest rows
   */
  RowCursor cursor(RowRange range, Snapshot snapshot) throws IOException {
    Lock shared = enter();
    try {
      ColumnFamilyHandle handle = tables[range.table().place()];
      if (handle == null) {
        shared.unlock();
        return Layer.EMPTY.cursor(range);
      }
      return new Cursor(shared, handle, range, snapshot);
    } catch (RuntimeException e) {
      shared.unlock();
      throw e;
    }
  }

  private Lock enter() throws IOException {
    Lock shared = lock.readLock();
    shared.lock();
    if (closed) {
      shared.unlock();
      throw new ClosedException();
    }
    return shared;
  }

  static IOException failed(RocksDBException e) {
    return new IOException("the index cannot be read or written: " + e.getMessage(), e);
  }

  /** Waits for those who read, then closes; what they left open is closed with it. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closeLocked();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Closes unless somebody reads; returns whether it is closed. */
  boolean closeIfIdle() {
    if (!lock.writeLock().tryLock()) {
      return false;
    }
    try {
      closeLocked();
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void closeLocked() {
    if (!closed) {
      closed = true;
      plainRead.close();
      handles.forEach(ColumnFamilyHandle::close);
      db.close();
    }
  }

  /** Holds the shared lock until it is closed. */
  private final class Cursor implements RowCursor {
    private final Lock shared;
    private final Slice end;
    private final ReadOptions options = new ReadOptions();
    private final RocksIterator iterator;
    private boolean started;

    Cursor(Lock shared, ColumnFamilyHandle handle, RowRange range, Snapshot snapshot) {
      this.shared = shared;
      this.end = range.to() == null ? null : new Slice(range.to());
      if (end != null) {
        options.setIterateUpperBound(end);
      }
      if (snapshot != null) {
        options.setSnapshot(snapshot);
      }
      iterator = db.newIterator(handle, options);
      iterator.seek(range.from());
    }

    @Override
    public boolean next() throws IOException {
      if (started) {
        iterator.next();
      }
      started = true;
      if (iterator.isValid()) {
        return true;
      }
      try {
        iterator.status();
      } catch (RocksDBException e) {
        throw failed(e);
      }
      return false;
    }

    @Override
    public byte[] key() {
      return iterator.key();
    }

    @Override
    public byte[] value() {
      return iterator.value();
    }

    @Override
    public void close() {
      iterator.close();
      options.close();
      if (end != null) {
        end.close();
      }
      shared.unlock();
    }
  }
}
