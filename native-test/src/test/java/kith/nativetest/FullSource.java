package kith.nativetest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import kith.fs.Caller;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.MemoryFileSystem;

/**
 * A filesystem in memory that has no room for anything written from when the file {@code full} is
 * made until it is removed, as a drive whose cache waits for partners.
 */
final class FullSource implements FileSystemSource {
  private static final long CAPACITY = 1L << 30;

  @Override
  public FileSystem open(String argument) {
    return new Full();
  }

  @Override
  public void close() {}

  private static final class Full extends MemoryFileSystem {
    private volatile CountDownLatch full = new CountDownLatch(0);

    Full() {
      super(InstantSource.system(), CAPACITY);
    }

    @Override
    public synchronized Opened create(Caller caller, long directory, FileName name, int mode)
        throws IOException {
      if (name.toString().equals("full")) {
        full = new CountDownLatch(1);
      }
      return super.create(caller, directory, name, mode);
    }

    @Override
    public synchronized void unlink(long directory, FileName name) throws IOException {
      super.unlink(directory, name);
      if (name.toString().equals("full")) {
        full.countDown();
      }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public boolean tryWrite(long handle, long offset, ByteBuffer source) throws IOException {
      if (full.getCount() > 0) {
        return false;
      }
      super.write(handle, offset, source);
      return true;
    }

    /** Waits without the lock that everything else needs. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void write(long handle, long offset, ByteBuffer source) throws IOException {
      try {
        full.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      super.write(handle, offset, source);
    }
  }
}
