package kith.fs;

import java.io.IOException;
import java.util.List;

/** A folder that is imported. */
public interface SourceFolder extends SourceNode {
  /** Names of all that is in it, in the order of their bytes. */
  List<FileName> names() throws IOException;

  /** What a name stands for; symlinks are not followed. */
  SourceStat stat(FileName name) throws IOException;

  /** Extended attributes of what a name stands for. */
  List<Xattr> xattrs(FileName name) throws IOException;

  /** Where a symlink points to. */
  byte[] target(FileName name) throws IOException;

  SourceFolder folder(FileName name) throws IOException;

  SourceFile file(FileName name) throws IOException;
}
