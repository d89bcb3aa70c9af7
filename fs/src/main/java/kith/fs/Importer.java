package kith.fs;

import java.io.IOException;
import java.util.List;
import kith.codec.KithException;

/**
 * Brings a folder of this machine, or a file, into the drive without the way through the mount:
 * what is read is cut and packed at once, never staged, and each file comes into the live tree
 * whole, when its packs are on the disk. What the drive has already, by size and time of the last
 * change, is not read. For one thread; used once.
 */
public final class Importer {
  private static final int NEW_FOLDER = 0755;

  private final Parts parts;
  private final ImportOptions options;
  private final Watcher watcher;
  private final ImportReport report = new ImportReport();
  private final ImportTree tree;
  private final ImportQueue queue;
  private final ImportEntries entries;

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Watcher {
    /** Called again and again; returns whether to go on. */
    boolean goOn(ImportReport report);
  }

  /** Somebody gave up. */
  private static final class EndedException extends IOException {
    private static final long serialVersionUID = 1;
  }

  /**
   * What it works with.
   *
   * @param owner of folders that have no source
   * @param reserved name of the folder of snapshots
   */
  record Parts(
      LiveTree live,
      ImportTree tree,
      PackWriter packs,
      CacheGate gate,
      Ingest.Cutting cutting,
      Caller owner,
      FileName reserved) {}

  Importer(Parts parts, ImportOptions options, Watcher watcher) {
    this.parts = parts;
    this.options = options;
    this.watcher = watcher;
    this.tree = parts.tree;
    this.queue = new ImportQueue(parts.packs, (directory, puts) -> put(directory, puts));
    var chunks = new ImportChunks(parts.packs, parts.gate);
    var reader = new ImportReader(parts.cutting, chunks, this::reading);
    this.entries = new ImportEntries(tree, queue, chunks, reader, report, options.dryRun());
  }

  private void put(long directory, List<ImportQueue.Put> puts) throws IOException {
    entries.put(directory, puts);
    watch();
  }

  private void reading(int bytes) throws IOException {
    report.reading(bytes);
    watch();
  }

  private void watch() throws IOException {
    if (!report.isGivenUp() && !watcher.goOn(report)) {
      report.givenUp();
      throw new EndedException();
    }
  }

  /** The work of an import. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException, KithException;
  }

  /**
   * Imports all that is in a folder.
   *
   * @param source is closed
   * @param path of the directory in the drive that gets it; made if it isn't there
   * @return what was done; all of it is durable, be it given up or not
   * @throws DriveException NO_SPACE if there is no room; what was whole by then stays
   */
  public ImportReport folder(SourceFolder source, List<FileName> path)
      throws IOException, KithException {
    try (source) {
      return run(
          () -> {
            var walk = new ImportWalk(tree, queue, entries, report, options, parts.reserved);
            try (walk) {
              walk.run(source, directory(path));
            }
          });
    }
  }

  /**
   * Imports a file that is no folder.
   *
   * @param folder that it is in; is closed
   * @param path its own in the drive, or that of a directory that gets it under its name
   */
  public ImportReport file(SourceFolder folder, FileName name, List<FileName> path)
      throws IOException, KithException {
    try (folder) {
      return run(() -> single(folder, name, path));
    }
  }

  private void single(SourceFolder folder, FileName name, List<FileName> path)
      throws IOException, KithException {
    boolean inside = isDirectory(path);
    ImportTree.Made into = directory(inside ? path : path.subList(0, path.size() - 1));
    FileName target = inside ? name : path.get(path.size() - 1);
    if (into.inode() == FileSystem.ROOT && target.equals(parts.reserved)) {
      throw new DriveException(DriveException.Reason.READ_ONLY, "snapshots do not change");
    }
    var entry =
        new ImportEntries.Entry(folder, name, name.toBytes(), into.inode(), into.fresh(), target);
    entries.take(entry, folder.stat(name));
  }

  private ImportReport run(Work work) throws IOException, KithException {
    try (PackHolds.Hold hold = parts.packs.holds().begin()) {
      try {
        work.run();
      } catch (EndedException e) {
        // What was whole by then stays.
      } catch (IOException | KithException | RuntimeException e) {
        finishAfter(e);
        throw e;
      }
      finish();
    }
    return report;
  }

  /** Enters what has been read, durably. */
  private void finish() throws IOException {
    boolean whole = false;
    try {
      queue.finish();
      if (!options.dryRun()) {
        parts.live.rows.sync();
      }
      whole = true;
    } finally {
      if (!whole) {
        queue.abandon();
      }
    }
  }

  private void finishAfter(Exception cause) {
    try {
      finish();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private boolean isDirectory(List<FileName> path) throws IOException {
    long directory = FileSystem.ROOT;
    for (FileName name : path) {
      LiveTree.Dirent there = tree.find(directory, name);
      if (there == null || there.kind() != FileKind.DIRECTORY) {
        return false;
      }
      directory = there.inode();
    }
    return true;
  }

  /** The directory of that path; made unless it is a dry run. */
  private ImportTree.Made directory(List<FileName> path) throws IOException {
    if (!path.isEmpty() && path.get(0).equals(parts.reserved)) {
      throw new DriveException(DriveException.Reason.READ_ONLY, "snapshots do not change");
    }
    var at = new ImportTree.Made(FileSystem.ROOT, false);
    for (FileName name : path) {
      LiveTree.Dirent there = at.fresh() ? null : tree.find(at.inode(), name);
      if (there != null && there.kind() != FileKind.DIRECTORY) {
        throw new DriveException(
            DriveException.Reason.NOT_DIRECTORY, name + " in the drive is no folder");
      }
      if (there != null) {
        at = new ImportTree.Made(there.inode(), false);
      } else if (options.dryRun()) {
        at = new ImportTree.Made(0, true);
      } else {
        parts.gate.admitRows();
        InodeRow row = InodeRow.create(FileKind.DIRECTORY, NEW_FOLDER, parts.owner, tree.now());
        at = tree.makeDirectory(at.inode(), name, row);
      }
    }
    return at;
  }
}
