package kith.fs;

import java.io.IOException;
import kith.codec.KithException;

/** Lists a directory of a tree to a visitor that goes on by cookie: the number of the entry. */
final class Listing {
  private Listing() {}

  /**
   * Visits the entries after {@code skip} others; cookies are counted from {@code base}.
   *
   * @throws IOException also for what goes wrong at partners
   */
  static void list(
      ReadTree tree, long directory, long skip, long base, FileSystem.EntryVisitor visitor)
      throws IOException {
    long[] seen = {0};
    try {
      tree.list(
          directory,
          null,
          (name, inode, kind) ->
              ++seen[0] <= skip || visitor.visit(name, inode, kind, base + seen[0]));
    } catch (KithException e) {
      throw new IOException("listing inode " + directory + ": " + e.getMessage(), e);
    }
  }
}
