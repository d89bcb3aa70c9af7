package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The root directory of a {@link SnapshotsFileSystem} and what is in it but in no tree. */
final class SnapshotsFileSystemRoot {
  private static final long LATEST = SnapshotTrees.outer(SnapshotTrees.VIRTUAL, 2);
  private static final long LIVE_ROOT = SnapshotTrees.outer(SnapshotTrees.LIVE, FileSystem.ROOT);

  /** Its owner takes and drops snapshots in the folder of a drive that is mounted. */
  private static final int KEPT_MODE = 0755;

  private static final int VIEW_MODE = 0555;
  private static final int LINK_MODE = 0777;

  private final SnapshotTrees trees;
  private final Caller owner;
  private final boolean hasLive;
  private final int mode;

  /**
   * @param kept whether names may be made and removed in it, by who keeps the snapshots
   */
  SnapshotsFileSystemRoot(SnapshotTrees trees, Caller owner, boolean hasLive, boolean kept) {
    this.trees = trees;
    this.owner = owner;
    this.hasLive = hasLive;
    this.mode = kept ? KEPT_MODE : VIEW_MODE;
  }

  Attributes attributes(long inode) throws IOException {
    if (inode == FileSystem.ROOT) {
      int directories = trees.entries().size() + (hasLive ? 1 : 0);
      return virtual(inode, FileKind.DIRECTORY, mode, 2 + directories, 0);
    }
    return virtual(inode, FileKind.SYMLINK, LINK_MODE, 1, target(inode).length);
  }

  private Attributes virtual(long inode, FileKind kind, int mode, int nlink, long size)
      throws IOException {
    Timestamp time = Timestamp.of(trees.latest().map(SnapshotEntry::time).orElse(Instant.EPOCH));
    return new Attributes(
        inode, kind, mode, owner.uid(), owner.gid(), nlink, size, 0, 0, time, time, time);
  }

  /** What the symlink {@code latest} says. */
  byte[] target(long inode) throws IOException {
    Optional<SnapshotEntry> latest = trees.latest();
    if (inode != LATEST || latest.isEmpty()) {
      throw new DriveException(DriveException.Reason.STALE, "inode " + inode);
    }
    return latest.get().name().toBytes();
  }

  long lookup(long directory, FileName name) throws IOException {
    check(directory);
    Long found = names().get(name);
    if (found == null) {
      throw new DriveException(DriveException.Reason.NOT_FOUND, name.toString());
    }
    return found;
  }

  void list(long directory, long cookie, FileSystem.EntryVisitor visitor) throws IOException {
    check(directory);
    long at = 0;
    for (Map.Entry<FileName, Long> entry : names().entrySet()) {
      long inode = entry.getValue();
      FileKind kind = inode == LATEST ? FileKind.SYMLINK : FileKind.DIRECTORY;
      if (++at > cookie && !visitor.visit(entry.getKey(), inode, kind, at)) {
        return;
      }
    }
  }

  private static void check(long directory) throws DriveException {
    if (directory != FileSystem.ROOT) {
      throw new DriveException(DriveException.Reason.NOT_DIRECTORY, "inode " + directory);
    }
  }

  /** A snapshot that has one of the names of our own goes before. */
  private Map<FileName, Long> names() throws IOException {
    Map<FileName, Long> names = new TreeMap<>();
    if (hasLive) {
      names.put(name("live"), LIVE_ROOT);
    }
    if (trees.latest().isPresent()) {
      names.put(name("latest"), LATEST);
    }
    for (SnapshotEntry entry : trees.entries()) {
      names.put(entry.name(), SnapshotTrees.outer(entry.number(), FileSystem.ROOT));
    }
    return names;
  }

  private static FileName name(String text) throws DriveException {
    return FileName.of(text.getBytes(StandardCharsets.US_ASCII));
  }
}
