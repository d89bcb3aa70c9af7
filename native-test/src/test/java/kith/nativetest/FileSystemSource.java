package kith.nativetest;

import java.io.IOException;
import kith.fs.FileSystem;

/** Makes the filesystem that a process of its own mounts; has a constructor without arguments. */
interface FileSystemSource extends AutoCloseable {
  /**
   * @param argument whatever the test wants to tell it
   */
  FileSystem open(String argument) throws IOException;

  @Override
  void close() throws IOException;
}
