package kith.fs;

import java.io.IOException;
import java.util.List;

/**
 * What is imported, open for reading: a folder or a regular file. What cannot be read is told by a
 * {@link SourceException}. For one thread.
 */
public interface SourceNode extends AutoCloseable {
  SourceStat stat() throws IOException;

  /** Its extended attributes, access control lists among them. */
  List<Xattr> xattrs() throws IOException;

  /** Closing it again does nothing. */
  @Override
  void close() throws IOException;
}
