package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.KithException;

/**
 * Walks over the folders of a tree, in the order in which they were packed, makes them, and gives
 * all else to the workers, which it ends. For one thread.
 */
final class RestoreWalk implements AutoCloseable {
  private static final int FOR_OWNER = 0700;
  private static final int BATCH = 1000;

  private final ReadTree tree;
  private final RestoreFiles files;
  private final RestoreWorkers workers;
  private final RestoreReport report;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Set<DestinationFolder> open = ConcurrentHashMap.newKeySet();

  private record Entry(FileName name, long inode, FileKind kind) {}

  /** A folder whose folders are restored. */
  private record Frame(RestoreFolder folder, Iterator<Entry> folders) {}

  RestoreWalk(ReadTree tree, RestoreFiles files, RestoreWorkers workers, RestoreReport report) {
    this.tree = tree;
    this.files = files;
    this.workers = workers;
    this.report = report;
  }

  /**
   * Restores all that is in a folder, but not its own attributes.
   *
   * @param into the folder that gets it
   */
  void run(DestinationFolder into, long inode) throws IOException {
    enter(new RestoreFolder(into, names(into), new byte[0], done -> {}), inode);
    while (!frames.isEmpty()) {
      Frame frame = frames.peek();
      if (frame.folders.hasNext()) {
        folder(frame.folder, frame.folders.next());
      } else {
        frames.pop().folder.done();
      }
    }
    workers.finish();
  }

  /** Restores a file that is no folder. */
  void run(DestinationFolder into, FileName name, long inode) throws IOException {
    var folder = new RestoreFolder(into, names(into), new byte[0], same -> {});
    give(folder, name, inode);
    folder.done();
    workers.finish();
  }

  private static Set<FileName> names(DestinationFolder folder) throws IOException {
    return new HashSet<>(folder.names());
  }

  private void give(RestoreFolder folder, FileName name, long inode) throws IOException {
    folder.use();
    boolean given = false;
    try {
      workers.give(() -> files.restore(new RestoreFiles.Job(folder, name, inode)));
      given = true;
    } finally {
      if (!given) {
        folder.done();
      }
    }
  }

  private void enter(RestoreFolder folder, long inode) throws IOException {
    report.folder();
    byte[] path = folder.path();
    List<Entry> folders = new ArrayList<>();
    try {
      List<Entry> batch = batch(inode, null);
      while (!batch.isEmpty()) {
        for (Entry entry : batch) {
          if (path.length == 0 && entry.name.equals(RestoreState.NAME)) {
            report.failed(folder.path(entry.name), "the restore's own folder has its name");
          } else if (entry.kind == FileKind.DIRECTORY) {
            folders.add(entry);
          } else {
            give(folder, entry.name, entry.inode);
          }
        }
        batch = batch(inode, batch.get(batch.size() - 1).name);
      }
    } catch (KithException | DriveException e) {
      report.failed(path, "not all that is in it can be listed: " + e.getMessage());
    }
    frames.push(new Frame(folder, folders.iterator()));
  }

  /** Some entries of a folder; the tree is not held while they are restored. */
  private List<Entry> batch(long inode, FileName after) throws IOException, KithException {
    List<Entry> batch = new ArrayList<>();
    tree.list(
        inode,
        after,
        (name, entry, kind) -> {
          batch.add(new Entry(name, entry, kind));
          return batch.size() < BATCH;
        });
    return batch;
  }

  private void folder(RestoreFolder parent, Entry entry) throws IOException {
    byte[] path = parent.path(entry.name);
    DestinationFolder made = null;
    Set<FileName> names = Set.of();
    try {
      Optional<SourceStat> there =
          parent.had(entry.name) ? parent.folder().stat(entry.name) : Optional.empty();
      if (there.isPresent() && there.get().kind() != FileKind.DIRECTORY) {
        report.failed(path, "a file is in its place; nothing in it was restored");
        return;
      }
      if (there.isEmpty()) {
        parent.folder().makeFolder(entry.name);
      } else if ((there.get().attributes().mode() & FOR_OWNER) != FOR_OWNER) {
        parent.folder().admitOwner(entry.name); // it has its attributes again at the end
      }
      made = parent.folder().folder(entry.name);
      names = there.isPresent() ? names(made) : Set.of();
    } catch (DestinationException e) {
      if (made != null) {
        made.close();
      }
      if (e.reason() == DestinationException.Reason.FULL) {
        throw e;
      }
      String why = "cannot be made, nothing in it was restored: " + e.getMessage();
      report.failed(path, why);
      return;
    }
    open.add(made);
    enter(new RestoreFolder(made, names, path, done -> end(done, entry.inode)), entry.inode);
  }

  private void end(RestoreFolder folder, long inode) throws IOException {
    try (DestinationFolder whole = folder.folder()) {
      adapt(whole, folder.path(), inode);
    } finally {
      open.remove(folder.folder());
    }
  }

  /** Gives a folder its attributes. */
  void adapt(DestinationFolder folder, byte[] path, long inode) throws IOException {
    try {
      report.lost(path, folder.adapt(files.wanted(inode, tree.attributes(inode))));
    } catch (KithException | DriveException e) {
      report.failed(path, "has not its attributes: " + e.getMessage());
    }
  }

  /** Ends where it is. */
  @Override
  public void close() throws IOException {
    workers.close(); // first: the number of a closed folder may soon be another's
    for (DestinationFolder folder : open) {
      folder.close();
    }
  }
}
