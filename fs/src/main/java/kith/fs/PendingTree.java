package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import kith.codec.KithException;
import kith.index.FrozenRows;

/**
 * The tree of a snapshot whose packing has not ended: its frozen rows. Closing waits for the calls
 * under way; then the packed tree takes its place. Safe for many threads.
 */
final class PendingTree implements ReadTree, AutoCloseable {
  private final FrozenRows rows;
  private final RowsTree tree;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  PendingTree(FrozenRows rows, ContentReader content) {
    this.rows = rows;
    this.tree = new RowsTree(rows, content);
  }

  /** The rows, for the builder, which is the one that closes. */
  FrozenRows rows() {
    return rows;
  }

  /** The tree over the rows, for the builder. */
  RowsTree tree() {
    return tree;
  }

  /** Holds off closing; STALE if it has happened. */
  private Lock use() throws IOException {
    Lock use = lock.readLock();
    use.lock();
    if (closed) {
      use.unlock();
      throw new DriveException(DriveException.Reason.STALE, "the snapshot is packed now");
    }
    return use;
  }

  @Override
  public Attributes attributes(long inode) throws IOException, KithException {
    Lock use = use();
    try {
      return tree.attributes(inode);
    } finally {
      use.unlock();
    }
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException, KithException {
    Lock use = use();
    try {
      return tree.lookup(directory, name);
    } finally {
      use.unlock();
    }
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    Lock use = use();
    try {
      tree.list(directory, after, visitor);
    } finally {
      use.unlock();
    }
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException, KithException {
    Lock use = use();
    try {
      return tree.symlinkTarget(inode);
    } finally {
      use.unlock();
    }
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException, KithException {
    Lock use = use();
    try {
      return tree.xattrs(inode);
    } finally {
      use.unlock();
    }
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    Lock use = use();
    try {
      return tree.read(inode, offset, target);
    } finally {
      use.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        rows.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
