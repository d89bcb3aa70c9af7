package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import kith.index.RowView;
import kith.index.Table;

/** Finds a path by which an inode of the live tree is known, for messages. Stateless. */
final class LivePath {
  private static final int DEEPEST = 256;

  private LivePath() {}

  /** One of its paths, from the root of the drive; its number if it has none. */
  static String of(RowView rows, long inode) throws IOException {
    Deque<String> names = new ArrayDeque<>();
    long at = inode;
    while (at != FileSystem.ROOT && names.size() < DEEPEST) {
      List<Long> parents = Ancestry.parents(rows, at);
      Optional<FileName> name = parents.isEmpty() ? Optional.empty() : name(rows, parents, at);
      if (name.isEmpty()) {
        return "inode " + inode + " (it has no name any more)";
      }
      names.push(name.get().toString());
      at = parents.get(0);
    }
    return String.join("/", names);
  }

  private static Optional<FileName> name(RowView rows, List<Long> parents, long inode)
      throws IOException {
    FileName[] found = {null};
    rows.scan(
        Table.DIRENTS,
        RowKeys.of(parents.get(0)),
        RowKeys.of(parents.get(0) + 1),
        (key, value) -> {
          if (LiveTree.Dirent.decode(value).inode() == inode) {
            found[0] = FileName.of(RowKeys.rest(key));
          }
          return found[0] == null;
        });
    return Optional.ofNullable(found[0]);
  }
}
