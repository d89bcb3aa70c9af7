package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import kith.codec.KithException;
import kith.index.FrozenRows;

/**
 * The tree of a snapshot whose packing has not ended: its frozen rows. The packed tree takes their
 * place under the feet of the readers; closing waits for those that are still at the rows. Safe for
 * many threads.
 */
final class PendingTree implements ReadTree, AutoCloseable {
  private final FrozenRows rows;
  private final RowsTree tree;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile ReadTree packed;
  private boolean closed;

  PendingTree(FrozenRows rows, ContentReader content) {
    this.rows = rows;
    this.tree = new RowsTree(rows, content);
  }

  /** The rows, for the builder, who sees to it that they are not closed meanwhile. */
  FrozenRows rows() {
    return rows;
  }

  /** The tree over the rows, for the builder. */
  RowsTree tree() {
    return tree;
  }

  /** Sends those who read from now on to the packed tree. The rows can be closed then. */
  void packed(ReadTree same) {
    packed = same;
  }

  private interface Call<T> {
    T on(ReadTree tree) throws IOException, KithException;
  }

  /** STALE if the rows are closed and nothing has taken their place. */
  private <T> T call(Call<T> call) throws IOException, KithException {
    if (packed == null) {
      lock.readLock().lock();
      try {
        if (!closed) {
          return call.on(tree);
        }
      } finally {
        lock.readLock().unlock();
      }
    }
    if (packed == null) {
      throw new DriveException(DriveException.Reason.STALE, "the snapshot has been dropped");
    }
    return call.on(packed);
  }

  @Override
  public Attributes attributes(long inode) throws IOException, KithException {
    return call(tree -> tree.attributes(inode));
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException, KithException {
    return call(tree -> tree.lookup(directory, name));
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    call(
        tree -> {
          tree.list(directory, after, visitor);
          return null;
        });
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException, KithException {
    return call(tree -> tree.symlinkTarget(inode));
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException, KithException {
    return call(tree -> tree.xattrs(inode));
  }

  @Override
  public long seek(long inode, long offset, FileSystem.SeekTo what)
      throws IOException, KithException {
    return call(tree -> tree.seek(inode, offset, what));
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    return call(tree -> tree.read(inode, offset, target));
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
