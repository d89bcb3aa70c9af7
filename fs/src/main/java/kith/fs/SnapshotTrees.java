package kith.fs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;

/**
 * Many trees behind one range of inode numbers: snapshot number times 2^40 plus the inode number in
 * its tree. Trees are opened when they are first asked for; the least recently used are forgotten.
 * Safe for many threads; no lock is held while a tree is opened or read.
 */
public final class SnapshotTrees {
  /** Snapshot numbers are below this; it and what follows stand for other things. */
  public static final long MAX_NUMBER = 0x7ffffe;

  /** The number that the live tree has where it is shown as one among others. */
  public static final long LIVE = 0x7ffffe;

  /** The number of directories and links that are in no tree. */
  public static final long VIRTUAL = 0x7fffff;

  private static final int SHIFT = 40;
  private static final int MAX_OPEN = 64;

  /** Knows the snapshots there are, and opens their trees. Safe for many threads. */
  public interface Source {
    /** All snapshots that can be shown, ordered by number. */
    List<SnapshotEntry> entries() throws IOException;

    /** The tree of a snapshot; the live one for {@link #LIVE}. STALE if there is none. */
    ReadTree open(long number) throws IOException, KithException;
  }

  /** A place in a tree. */
  public record Located(long number, ReadTree tree, long inode) {
    /** The number of another inode in the same tree, as seen from outside. */
    public long outer(long other) {
      return SnapshotTrees.outer(number, other);
    }
  }

  private final Source source;
  private final Map<Long, ReadTree> open =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ReadTree> eldest) {
          return size() > MAX_OPEN;
        }
      };

  public SnapshotTrees(Source source) {
    this.source = source;
  }

  /** All snapshots, ordered by number. */
  public List<SnapshotEntry> entries() throws IOException {
    return source.entries();
  }

  /** The snapshot of this name. */
  public Optional<SnapshotEntry> byName(FileName name) throws IOException {
    return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The newest snapshot. */
  public Optional<SnapshotEntry> latest() throws IOException {
    List<SnapshotEntry> entries = entries();
    return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
  }

  /** The number by which an inode of a snapshot is known outside. */
  public static long outer(long number, long inode) {
    return number << SHIFT | inode;
  }

  /** The snapshot number in an outer inode number. */
  public static long number(long outer) {
    return outer >>> SHIFT;
  }

  /** The tree that an outer inode number belongs to; STALE if that is gone. */
  public Located locate(long outer) throws IOException, KithException {
    long number = number(outer);
    return new Located(number, tree(number), outer & ((1L << SHIFT) - 1));
  }

  /** Forgets an open tree, when its snapshot is dropped or has got another form. */
  public void forget(long number) {
    synchronized (open) {
      open.remove(number);
    }
  }

  private ReadTree tree(long number) throws IOException, KithException {
    synchronized (open) {
      ReadTree tree = open.get(number);
      if (tree != null) {
        return tree;
      }
    }
    ReadTree tree = source.open(number);
    synchronized (open) {
      ReadTree other = open.putIfAbsent(number, tree);
      return other == null ? tree : other;
    }
  }
}
