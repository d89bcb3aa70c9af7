package kith.nativetest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import kith.fs.Caller;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.MemoryFileSystem;

/**
 * A filesystem in memory in which reads of the file {@code slow} end only when the file {@code
 * wake} is removed, as reads of a drive whose partners are far away.
 */
final class SlowSource implements FileSystemSource {
  private static final long CAPACITY = 1L << 30;

  @Override
  public FileSystem open(String argument) {
    return new Slow();
  }

  @Override
  public void close() {}

  private static final class Slow extends MemoryFileSystem {
    private final CountDownLatch awake = new CountDownLatch(1);
    private final Set<Long> handles = ConcurrentHashMap.newKeySet();
    private volatile long slow;

    Slow() {
      super(InstantSource.system(), CAPACITY);
    }

    @Override
    public synchronized Opened create(Caller caller, long directory, FileName name, int mode)
        throws IOException {
      Opened opened = super.create(caller, directory, name, mode);
      if (name.toString().equals("slow")) {
        slow = opened.attributes().inode();
      }
      return opened;
    }

    @Override
    public synchronized Opened open(long inode, boolean forWriting) throws IOException {
      Opened opened = super.open(inode, forWriting);
      if (inode == slow) {
        handles.add(opened.handle());
      }
      return opened;
    }

    @Override
    public synchronized void unlink(long directory, FileName name) throws IOException {
      super.unlink(directory, name);
      if (name.toString().equals("wake")) {
        awake.countDown();
      }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public int readLocal(long handle, long offset, ByteBuffer target) throws IOException {
      return handles.contains(handle) ? ELSEWHERE : super.readLocal(handle, offset, target);
    }

    /** Waits without the lock that everything else needs. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public int read(long handle, long offset, ByteBuffer target) throws IOException {
      if (handles.contains(handle)) {
        try {
          awake.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return super.read(handle, offset, target);
    }
  }
}
