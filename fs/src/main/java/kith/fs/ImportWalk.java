package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import kith.codec.KithException;

/**
 * Walks over the folders of a source and makes them in the drive; gives all else to {@link
 * ImportEntries}. A folder gets its attributes when all that is in it has its name. For one thread.
 */
final class ImportWalk implements AutoCloseable {
  /** Nobody else gets in before it is whole. */
  private static final int WHILE_FILLED = 0700;

  private final ImportTree tree;
  private final ImportQueue queue;
  private final ImportEntries entries;
  private final ImportReport report;
  private final ImportOptions options;
  private final FileName reserved;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private long filesystem;

  /** A folder whose entries are taken. */
  private record Frame(
      SourceFolder folder,
      SourceStat stat,
      Iterator<FileName> names,
      long directory,
      boolean fresh,
      byte[] path) {}

  /**
   * @param reserved a name that the root of the drive has no room for
   */
  ImportWalk(
      ImportTree tree,
      ImportQueue queue,
      ImportEntries entries,
      ImportReport report,
      ImportOptions options,
      FileName reserved) {
    this.tree = tree;
    this.queue = queue;
    this.entries = entries;
    this.report = report;
    this.options = options;
    this.reserved = reserved;
  }

  /**
   * Takes all that is in a folder.
   *
   * @param source is closed
   * @param into the directory that it becomes
   */
  void run(SourceFolder source, ImportTree.Made into) throws IOException, KithException {
    filesystem = source.stat().filesystem();
    enter(source, source.stat(), into, new byte[0]);
    while (!frames.isEmpty()) {
      Frame frame = frames.peek();
      if (frame.names.hasNext()) {
        take(frame, frame.names.next());
      } else {
        leave();
      }
    }
  }

  private void enter(SourceFolder folder, SourceStat stat, ImportTree.Made into, byte[] path)
      throws IOException {
    report.folder();
    List<FileName> names = List.of();
    try {
      boolean stays = options.oneFilesystem() && stat.filesystem() != filesystem;
      names = stays ? List.of() : folder.names();
      if (stays) {
        report.leftOut(path, "is on another filesystem");
      }
    } catch (SourceException e) {
      failed(path, e);
    }
    frames.push(new Frame(folder, stat, names.iterator(), into.inode(), into.fresh(), path));
  }

  private void take(Frame frame, FileName name) throws IOException, KithException {
    byte[] path = path(frame.path, name);
    try {
      SourceStat stat = frame.folder.stat(name);
      if (frame.directory == FileSystem.ROOT && name.equals(reserved)) {
        report.failed(path, "its name is that of the folder of snapshots");
      } else if (stat.kind() != FileKind.DIRECTORY) {
        var entry =
            new ImportEntries.Entry(frame.folder, name, path, frame.directory, frame.fresh, name);
        entries.take(entry, stat);
      } else if (options.leftOut().contains(stat.id())) {
        report.leftOut(path, "belongs to this drive's node");
      } else {
        folder(frame, name, path);
      }
    } catch (SourceException e) {
      failed(path, e);
    } catch (DriveException e) {
      entries.refused(path, e);
    }
  }

  private void folder(Frame frame, FileName name, byte[] path) throws IOException {
    SourceFolder folder = frame.folder.folder(name);
    boolean entered = false;
    try {
      SourceStat stat = folder.stat();
      enter(folder, stat, directory(frame, name, stat), path);
      entered = true;
    } finally {
      if (!entered) {
        folder.close();
      }
    }
  }

  private ImportTree.Made directory(Frame frame, FileName name, SourceStat stat)
      throws IOException {
    if (options.dryRun()) {
      LiveTree.Dirent there = frame.fresh ? null : tree.find(frame.directory, name);
      boolean known = there != null && there.kind() == FileKind.DIRECTORY;
      return new ImportTree.Made(known ? there.inode() : 0, !known);
    }
    Attributes a = stat.attributes();
    Caller owner = new Caller(a.uid(), a.gid());
    InodeRow row = InodeRow.create(FileKind.DIRECTORY, WHILE_FILLED, owner, tree.now());
    return tree.makeDirectory(frame.directory, name, row);
  }

  private void leave() throws IOException {
    Frame frame = frames.pop();
    try (SourceFolder folder = frame.folder) {
      if (!options.dryRun()) {
        List<Xattr> xattrs = ImportEntries.kept(folder.xattrs());
        queue.then(List.of(), () -> finish(frame, xattrs));
      }
    } catch (SourceException e) {
      failed(frame.path, e);
    }
  }

  private void finish(Frame frame, List<Xattr> xattrs) throws IOException {
    try {
      tree.adapt(frame.directory, frame.stat.attributes(), xattrs);
    } catch (DriveException e) {
      entries.refused(frame.path, e);
    }
  }

  /** What has gone since it was listed is no failure. */
  private void failed(byte[] path, SourceException why) {
    if (!why.isGone()) {
      report.failed(path, why.getMessage());
    }
  }

  private static byte[] path(byte[] parent, FileName name) {
    int length = parent.length == 0 ? 0 : parent.length + 1;
    byte[] bytes = name.toBytes();
    byte[] path = java.util.Arrays.copyOf(parent, length + bytes.length);
    if (length > 0) {
      path[length - 1] = '/';
    }
    System.arraycopy(bytes, 0, path, length, bytes.length);
    return path;
  }

  /** Ends where it is: folders that were begun get their attributes. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!frames.isEmpty()) {
      try {
        leave();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
