package kith.fs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * What a folder of unsent files cannot show: names that were deleted, moved or added to files that
 * partners have, since the last head that they have. Found by comparing the folders that have
 * changed. Bounded: of more than {@link #MOST} the others are counted. For one thread.
 */
public final class UnsentChanges {
  /** So many are listed. */
  static final int MOST = 10_000;

  private final UnsentTree trees;
  private final List<Change> found = new ArrayList<>();
  private final Map<Long, byte[]> arrived = new HashMap<>();
  private final List<Left> left = new ArrayList<>();
  private long more;

  /**
   * A change of names.
   *
   * @param from path in the head; empty for a name that was added
   * @param to path in the live tree; empty for one that was deleted
   */
  public record Change(Optional<byte[]> from, Optional<byte[]> to) {}

  /** A name that is not in its folder any more. */
  private record Left(long inode, byte[] path) {}

  UnsentChanges(UnsentTree trees) {
    this.trees = trees;
  }

  /** What was found, in the order of the old tree, additions last. */
  public List<Change> found() {
    return List.copyOf(found);
  }

  /** How many more there are. */
  public long more() {
    return more;
  }

  void walk() throws IOException, KithException {
    directory(FileSystem.ROOT, new byte[0]);
    for (Left each : left) {
      Optional<byte[]> to = Optional.ofNullable(arrived.remove(each.inode));
      add(new Change(Optional.of(each.path), to));
    }
    for (byte[] to : arrived.values()) {
      add(new Change(Optional.empty(), Optional.of(to)));
    }
  }

  private void add(Change change) {
    if (found.size() < MOST) {
      found.add(change);
    } else {
      more++;
    }
  }

  /** A directory that has changed, wherever it was. */
  private void directory(long directory, byte[] path) throws IOException, KithException {
    Optional<Attributes> before = trees.sent(directory);
    boolean known = before.filter(was -> was.kind() == FileKind.DIRECTORY).isPresent();
    trees
        .live()
        .list(
            directory,
            null,
            (name, inode, kind) -> {
              byte[] at = below(path, name);
              if (trees.sent(inode).isPresent()
                  && !(known && isAt(trees.sent(), directory, name, inode))) {
                arrived(inode, at);
              }
              if (kind == FileKind.DIRECTORY && trees.isChanged(inode)) {
                directory(inode, at);
              }
              return true;
            });
    if (known) {
      missing(directory, path);
    }
  }

  private void missing(long directory, byte[] path) throws IOException, KithException {
    trees
        .sent()
        .list(
            directory,
            null,
            (name, inode, kind) -> {
              // Under a name that is taken again there is a file that shows it.
              boolean gone = trees.live().lookup(directory, name).isEmpty();
              if (gone || (!isAt(trees.live(), directory, name, inode) && isMoved(inode))) {
                left(new Left(inode, below(path, name)));
              }
              return true;
            });
  }

  /** Whether an inode that left its place is elsewhere. */
  private boolean isMoved(long inode) throws IOException, KithException {
    try {
      return trees.live().attributes(inode).nlink() > 0;
    } catch (DriveException e) {
      return false;
    }
  }

  private static boolean isAt(ReadTree tree, long directory, FileName name, long inode)
      throws IOException, KithException {
    OptionalLong there = tree.lookup(directory, name);
    return there.isPresent() && there.getAsLong() == inode;
  }

  private void arrived(long inode, byte[] path) {
    if (arrived.size() < MOST) {
      arrived.put(inode, path);
    } else {
      more++;
    }
  }

  private void left(Left one) {
    if (left.size() < MOST) {
      left.add(one);
    } else {
      more++;
    }
  }

  private static byte[] below(byte[] path, FileName name) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(path);
    if (path.length > 0) {
      out.write('/');
    }
    out.writeBytes(name.toBytes());
    return out.toByteArray();
  }
}
