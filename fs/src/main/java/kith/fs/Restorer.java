package kith.fs;

import java.io.IOException;
import kith.codec.KithException;
import kith.codec.OwnerId;

/**
 * Restores a folder of a snapshot, or a file, into a folder of this machine: content, owners,
 * times, extended attributes, access control lists, hard links and holes. What can't be read is
 * listed, and the rest restored. A restore that is broken off at any moment goes on when it is run
 * again, from what is there; no file has its name before it is whole. For one thread; used once.
 */
public final class Restorer {
  private final Source source;
  private final RestoreOwners owners;
  private final boolean overwrite;
  private final int threads;
  private final Watcher watcher;
  private final RestoreReport report = new RestoreReport();

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Watcher {
    /** Called again and again; returns whether to go on. */
    boolean goOn(RestoreReport report);
  }

  /** Somebody gave up. */
  public static final class EndedException extends IOException {
    private static final long serialVersionUID = 1;
  }

  /**
   * What is restored.
   *
   * @param drive its owner
   * @param snapshot number
   * @param path in the snapshot, for people
   * @param inode of the folder or file in the tree
   */
  public record Source(ReadTree tree, OwnerId drive, long snapshot, String path, long inode) {}

  /**
   * @param overwrite whether files are replaced that somebody has changed
   * @param threads that write; 0 for the caller's own
   */
  public Restorer(
      Source source, RestoreOwners owners, boolean overwrite, int threads, Watcher watcher) {
    this.overwrite = overwrite;
    this.source = source;
    this.owners = owners;
    this.threads = threads;
    this.watcher = watcher;
  }

  private void watch() throws EndedException {
    if (!watcher.goOn(report)) {
      throw new EndedException();
    }
  }

  /** Whether a restore was begun in a folder, and not ended. */
  public static boolean isBegun(DestinationFolder folder) throws IOException {
    return RestoreState.isIn(folder);
  }

  /** Work with what a restore keeps until it has ended. */
  @FunctionalInterface
  private interface Work {
    void run(RestoreWalk walk) throws IOException;
  }

  /**
   * Restores all that is in the folder, and the attributes of itself.
   *
   * @param into is closed
   * @return what was done; all of it survives a power loss
   * @throws DestinationException FULL if there is no room; what is whole by then stays
   */
  public RestoreReport folder(DestinationFolder into) throws IOException {
    return run(
        into,
        walk -> walk.run(into, source.inode),
        walk -> walk.adapt(into, new byte[0], source.inode));
  }

  /**
   * Restores a file that is no folder.
   *
   * @param into the folder that gets it; is closed
   * @param name that it gets
   */
  public RestoreReport file(DestinationFolder into, FileName name) throws IOException {
    return run(into, walk -> walk.run(into, name, source.inode), walk -> {});
  }

  private RestoreWalk walk(RestoreState state) {
    var files = new RestoreFiles(source.tree, owners, overwrite, state, report);
    var workers = new RestoreWorkers(threads, this::watch);
    return new RestoreWalk(source.tree, files, workers, report);
  }

  private RestoreReport run(DestinationFolder into, Work work, Work last) throws IOException {
    var about = new RestoreState.About(source.drive, source.snapshot, source.path);
    try (into;
        RestoreState state = RestoreState.open(into, about);
        RestoreWalk walk = walk(state)) {
      work.run(walk);
      into.sync();
      if (report.failures() == 0) {
        state.remove();
        last.run(walk); // may shut out whoever would go on
        into.sync();
      }
    }
    return report;
  }

  /** Counts what would be restored: names that are no folders, and the bytes in them. */
  public Count count() throws IOException, KithException {
    var scan = new RestoreScan(source.tree, this::watch);
    scan.run(source.inode);
    return new Count(scan.files(), scan.bytes());
  }

  /** So many names that are no folders, and so many bytes in them. */
  public record Count(long files, long bytes) {}
}
