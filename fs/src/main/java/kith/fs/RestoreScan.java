package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import kith.codec.KithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is below a folder of a tree. For one thread. */
final class RestoreScan {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreScan.class);

  private final ReadTree tree;
  private final RestoreWorkers.Watch watch;
  private long files;
  private long bytes;

  RestoreScan(ReadTree tree, RestoreWorkers.Watch watch) {
    this.tree = tree;
    this.watch = watch;
  }

  /** Counts a file, or a folder with all that is in it. */
  void run(long inode) throws IOException, KithException {
    Deque<Long> folders = new ArrayDeque<>();
    count(inode, tree.attributes(inode).kind(), folders);
    while (!folders.isEmpty()) {
      list(folders.pop(), folders);
      watch.look();
    }
  }

  private void list(long folder, Deque<Long> folders) throws IOException {
    try {
      tree.list(
          folder,
          null,
          (name, entry, kind) -> {
            count(entry, kind, folders);
            return true;
          });
    } catch (KithException | DriveException e) {
      LOG.debug("not all of a folder is counted: {}", e.getMessage()); // who restores it is told
    }
  }

  private void count(long inode, FileKind kind, Deque<Long> folders)
      throws IOException, KithException {
    if (kind == FileKind.DIRECTORY) {
      folders.push(inode);
      return;
    }
    files++;
    bytes += kind == FileKind.REGULAR ? tree.attributes(inode).size() : 0;
  }

  /** Names that are no folders. */
  long files() {
    return files;
  }

  /** Sum of the sizes of regular files. */
  long bytes() {
    return bytes;
  }
}
