package kith.nativetest;

import java.io.IOException;
import java.time.InstantSource;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.MemoryFileSystem;

/** A filesystem in memory, with a name that brings out errors. The argument is its capacity. */
final class MemorySource implements FileSystemSource {
  /** Removing a file of that name fails in a way that no filesystem should. */
  static final String FAULTY_NAME = "programming error";

  private static final long CAPACITY = 2L << 30;

  @Override
  public FileSystem open(String argument) {
    long capacity = argument.isEmpty() ? CAPACITY : Long.parseLong(argument);
    return new MemoryFileSystem(InstantSource.system(), capacity) {
      @Override
      public synchronized void unlink(long directory, FileName name) throws IOException {
        if (name.toString().equals(FAULTY_NAME)) {
          throw new IllegalStateException("on purpose");
        }
        super.unlink(directory, name);
      }
    };
  }

  @Override
  public void close() {}
}
