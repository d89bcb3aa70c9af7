package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import kith.fs.DestinationException;
import kith.fs.DestinationFolder;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.Restorer;
import kith.fs.SourceStat;
import kith.fs.fuse.DestinationDisk;

/**
 * Where something is restored to: finds or makes the folder, and refuses one that has something
 * else in it.
 */
final class RestorePlace {
  /** What a new filesystem has in its root. */
  private static final byte[] FRESH = "lost+found".getBytes(StandardCharsets.US_ASCII);

  private final DestinationDisk disk = new DestinationDisk();
  private final RestoreRequest request;

  RestorePlace(RestoreRequest request) {
    this.request = request;
  }

  String shown() {
    return SnapshotName.show(request.destination());
  }

  /** The folder that gets what is in a folder; made if its parent is there. */
  DestinationFolder folder() throws IOException, NodeException {
    try {
      DestinationFolder found = open();
      boolean taken = true;
      try {
        taken = !request.overwrite() && !isEmpty(found) && !Restorer.isBegun(found);
      } finally {
        if (taken) {
          found.close();
        }
      }
      if (taken) {
        throw new NodeException(
            ExitCode.USAGE,
            shown() + " is not empty: name a new folder, or say --overwrite to restore over it");
      }
      return found;
    } catch (DestinationException e) {
      throw refused(e);
    }
  }

  private DestinationFolder open() throws IOException {
    try {
      return disk.folder(request.destination());
    } catch (DestinationException e) {
      if (e.reason() != DestinationException.Reason.GONE) {
        throw e;
      }
      try (DestinationFolder parent = disk.folder(parentPath())) {
        parent.makeFolder(lastName());
        return parent.folder(lastName());
      }
    }
  }

  private static boolean isEmpty(DestinationFolder folder) throws IOException {
    List<FileName> names = folder.names();
    return names.isEmpty() || names.equals(List.of(FileName.of(FRESH.clone())));
  }

  private FileName lastName() throws IOException {
    return FileName.of(RawPath.last(request.destination()));
  }

  private byte[] parentPath() {
    byte[] whole = request.destination();
    int end = whole.length;
    while (end > 1 && whole[end - 1] == '/') {
      end--;
    }
    return Arrays.copyOf(whole, Math.max(1, end - RawPath.last(whole).length));
  }

  /** A file's folder, and the name that it gets. */
  record ForFile(DestinationFolder folder, FileName name) {}

  /**
   * Where a file comes: it gets the name, or is put under its own into the folder that has it.
   *
   * @param own its name in the snapshot
   */
  ForFile file(FileName own) throws IOException, NodeException {
    try {
      DestinationFolder folder;
      FileName name = own;
      try {
        folder = disk.folder(request.destination());
      } catch (DestinationException e) {
        folder = disk.folder(parentPath());
        name = lastName();
      }
      if (!request.overwrite() && has(folder, name)) {
        folder.close();
        throw new NodeException(
            ExitCode.USAGE, name + " is there already in " + shown() + ": --overwrite replaces it");
      }
      return new ForFile(folder, name);
    } catch (DestinationException e) {
      throw refused(e);
    }
  }

  private static boolean has(DestinationFolder folder, FileName name) throws IOException {
    return folder
        .stat(name)
        .map(SourceStat::kind)
        .filter(kind -> kind != FileKind.DIRECTORY)
        .isPresent();
  }

  /** Room where it would come to, in bytes; makes nothing. */
  long free() throws IOException {
    try (DestinationFolder folder = disk.folder(request.destination())) {
      return folder.freeBytes();
    } catch (DestinationException e) {
      try (DestinationFolder folder = disk.folder(parentPath())) {
        return folder.freeBytes();
      }
    }
  }

  /** What a person is told. */
  NodeException refused(DestinationException e) {
    return e.reason() == DestinationException.Reason.FULL
        ? new NodeException(
            ExitCode.NO_SPACE_HERE,
            shown() + " is full; what is whole stays: make room and run it again, it goes on",
            e)
        : new NodeException(ExitCode.ERROR, shown() + ": " + e.getMessage(), e);
  }
}
