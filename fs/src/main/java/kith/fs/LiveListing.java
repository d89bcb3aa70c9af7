package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.codec.KithException;

/**
 * Lists directories that change while they are listed: each entry that stays is seen once. A cookie
 * is the number of the listing and of the entry in it; where a listing stopped is remembered by
 * name, for as many listings as are likely to be under way. Safe for many threads.
 */
final class LiveListing {
  private static final int REMEMBERED = 32_768;

  /** The name that a listing goes on after; null for the beginning. */
  private record Stop(FileName name) {}

  private final ReadTree tree;
  private final Map<Long, Stop> stops =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Stop> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long listings;

  LiveListing(ReadTree tree) {
    this.tree = tree;
  }

  /** An entry that is in no row, listed before all others. */
  record Extra(FileName name, long inode) {}

  /**
   * Goes on with a listing, or begins one.
   *
   * @param extra null for none
   */
  void list(long directory, long cookie, Extra extra, FileSystem.EntryVisitor visitor)
      throws IOException {
    Progress progress = begin(cookie);
    if (cookie == 0 && extra != null) {
      long next = progress.cookie + 1;
      if (!visitor.visit(extra.name, extra.inode, FileKind.DIRECTORY, next)) {
        return;
      }
      progress.cookie = next;
    }
    try {
      tree.list(
          directory,
          progress.last,
          (name, inode, kind) -> {
            if (progress.skip > 0) {
              progress.skip--;
            } else if (!visitor.visit(name, inode, kind, progress.cookie + 1)) {
              return false;
            } else {
              progress.cookie++;
              progress.taken.add(name);
            }
            progress.last = name;
            return true;
          });
    } catch (KithException e) {
      throw new IOException("listing inode " + directory + ": " + e.getMessage(), e);
    }
    remember(progress);
  }

  /** Where a listing is. */
  private static final class Progress {
    private long cookie;
    private final List<FileName> taken = new ArrayList<>();
    private boolean fromStart;
    private FileName last;
    private long skip;
  }

  private synchronized Progress begin(long cookie) {
    Progress progress = new Progress();
    if (cookie == 0) {
      listings = (listings + 1) & 0x3fffffff;
      progress.cookie = (listings + 1) << 32;
      progress.fromStart = true;
      return progress;
    }
    progress.cookie = cookie;
    Stop stop = stops.get(cookie);
    if (stop != null) {
      progress.last = stop.name;
    } else {
      // So old that nobody knows the name any more: the number is the next best.
      progress.skip = cookie & 0xffffffffL;
    }
    return progress;
  }

  private synchronized void remember(Progress progress) {
    long cookie = progress.cookie - progress.taken.size();
    if (progress.fromStart) {
      stops.put(cookie, new Stop(null));
    }
    for (FileName name : progress.taken) {
      stops.put(++cookie, new Stop(name));
    }
  }
}
