package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.KithException;
import kith.index.RowView;
import kith.index.Table;

/**
 * What of the live tree is in no head that partners have: files that were made or changed since the
 * last one that was published, and the folders on the way to them. What was only moved or deleted
 * is not in it; {@link UnsentChanges} lists that. Of a drive that nobody changes meanwhile. Safe
 * for many threads.
 */
public final class UnsentTree implements ReadTree {
  private final RowView rows;
  private final ReadTree live;
  private final Optional<ReadTree> sent;
  private final long epoch;

  /**
   * @param live the tree of the rows
   * @param sent the tree of the last published head; empty if there is none, or it cannot be read:
   *     then everything counts as unsent
   * @param epoch up to which that has all changes
   */
  UnsentTree(RowView rows, ReadTree live, Optional<ReadTree> sent, long epoch) {
    this.rows = rows;
    this.live = live;
    this.sent = sent;
    this.epoch = epoch;
  }

  /** Opens it; the tree of the last head is read from this machine, if it is here. */
  static UnsentTree open(RowView rows, ContentReader content, PackedTree.Access access)
      throws IOException {
    Optional<Published> last = Published.last(rows);
    ReadTree live = new RowsTree(rows, content);
    if (last.isPresent()) {
      Optional<HeadRoots.Roots> roots = HeadRoots.of(rows, last.get().generation());
      if (roots.isPresent()) {
        try {
          ReadTree sent = PackedTree.open(access, roots.get().live());
          return new UnsentTree(rows, live, Optional.of(sent), last.get().epoch());
        } catch (KithException e) {
          return new UnsentTree(rows, live, Optional.empty(), 0);
        }
      }
    }
    return new UnsentTree(rows, live, Optional.empty(), 0);
  }

  /** Whether it is known what partners have. */
  public boolean isCompared() {
    return sent.isPresent();
  }

  /** What was moved or deleted since. */
  public UnsentChanges changes() throws IOException, KithException {
    UnsentChanges changes = new UnsentChanges(this);
    if (sent.isPresent()) {
      changes.walk();
    }
    return changes;
  }

  ReadTree live() {
    return live;
  }

  /** The tree of the last published head. */
  ReadTree sent() {
    return sent.orElseThrow();
  }

  /** Whether a directory, or anything below it, may have changed since. */
  boolean isChanged(long directory) throws IOException {
    TreeRow row = TreeRow.of(rows, directory);
    return row.note().length == 0 || row.changed() > epoch;
  }

  /** What partners have of an inode; empty if it was made since. */
  Optional<Attributes> sent(long inode) throws IOException, KithException {
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(sent.get().attributes(inode));
    } catch (DriveException e) {
      return Optional.empty();
    }
  }

  /** Whether partners have an inode as it is, wherever. */
  private boolean isSent(long inode) throws IOException, KithException {
    Optional<Attributes> before = sent(inode);
    if (before.isEmpty() || rows.get(Table.DIRTY, RowKeys.of(inode)) != null) {
      return false;
    }
    Attributes was = before.get();
    Attributes now = live.attributes(inode);
    boolean alike =
        was.kind() == now.kind()
            && was.mode() == now.mode()
            && was.uid() == now.uid()
            && was.gid() == now.gid();
    if (!alike || was.ctime().equals(now.ctime())) {
      return alike;
    }
    boolean content =
        now.kind() == FileKind.DIRECTORY
            || (was.size() == now.size() && was.mtime().equals(now.mtime()));
    return content && same(live.xattrs(inode), sent.orElseThrow().xattrs(inode));
  }

  private static boolean same(List<Xattr> some, List<Xattr> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      boolean alike =
          Arrays.equals(some.get(i).name(), others.get(i).name())
              && Arrays.equals(some.get(i).value(), others.get(i).value());
      if (!alike) {
        return false;
      }
    }
    return true;
  }

  private boolean isShown(long inode, FileKind kind) throws IOException, KithException {
    if (kind != FileKind.DIRECTORY) {
      return !isSent(inode);
    }
    return isChanged(inode) && (!isSent(inode) || hasUnsent(inode));
  }

  private boolean hasUnsent(long directory) throws IOException, KithException {
    boolean[] found = {false};
    live.list(
        directory,
        null,
        (name, inode, kind) -> {
          found[0] = isShown(inode, kind);
          return !found[0];
        });
    return found[0];
  }

  @Override
  public Attributes attributes(long inode) throws IOException, KithException {
    return live.attributes(inode);
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException, KithException {
    OptionalLong found = live.lookup(directory, name);
    if (found.isEmpty()) {
      return found;
    }
    long inode = found.getAsLong();
    return isShown(inode, live.attributes(inode).kind()) ? found : OptionalLong.empty();
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    live.list(
        directory,
        after,
        (name, inode, kind) -> !isShown(inode, kind) || visitor.visit(name, inode, kind));
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException, KithException {
    return live.symlinkTarget(inode);
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException, KithException {
    return live.xattrs(inode);
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    return live.read(inode, offset, target);
  }

  @Override
  public long seek(long inode, long offset, FileSystem.SeekTo what)
      throws IOException, KithException {
    return live.seek(inode, offset, what);
  }
}
