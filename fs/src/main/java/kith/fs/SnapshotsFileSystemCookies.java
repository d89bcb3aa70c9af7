package kith.fs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.KithException;

/**
 * Lists directories of trees from a cookie on. A cookie is the ordinal of an entry, which never
 * changes in a frozen tree; the names that belong to recent ones are remembered, so that a listing
 * goes on where it stopped. Safe for many threads.
 */
final class SnapshotsFileSystemCookies {
  private static final int REMEMBERED = 4096;

  private record Place(long directory, long cookie) {}

  private final Map<Place, FileName> names =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, FileName> eldest) {
          return size() > REMEMBERED;
        }
      };

  void list(SnapshotTrees.Located directory, long cookie, FileSystem.EntryVisitor visitor)
      throws IOException, KithException {
    FileName after = cookie == 0 ? null : name(directory, cookie);
    if (cookie > 0 && after == null) {
      return; // past the end
    }
    Progress progress = new Progress(cookie, after);
    directory
        .tree()
        .list(
            directory.inode(),
            after,
            (name, inode, kind) -> {
              boolean taken =
                  visitor.visit(name, directory.outer(inode), kind, progress.cookie + 1);
              if (taken) {
                progress.cookie++;
                progress.last = name;
              }
              return taken;
            });
    remember(directory, progress.cookie, progress.last);
  }

  private static final class Progress {
    long cookie;
    FileName last;

    Progress(long cookie, FileName last) {
      this.cookie = cookie;
      this.last = last;
    }
  }

  /** Name of the entry with this ordinal, or null if there are fewer. */
  private FileName name(SnapshotTrees.Located directory, long cookie)
      throws IOException, KithException {
    synchronized (names) {
      FileName known = names.get(place(directory, cookie));
      if (known != null) {
        return known;
      }
    }
    Progress progress = new Progress(0, null);
    directory
        .tree()
        .list(
            directory.inode(),
            null,
            (name, inode, kind) -> {
              progress.last = name;
              return ++progress.cookie < cookie;
            });
    return progress.cookie == cookie ? progress.last : null;
  }

  private void remember(SnapshotTrees.Located directory, long cookie, FileName last) {
    if (last != null) {
      synchronized (names) {
        names.put(place(directory, cookie), last);
      }
    }
  }

  private static Place place(SnapshotTrees.Located directory, long cookie) {
    return new Place(directory.outer(directory.inode()), cookie);
  }
}
