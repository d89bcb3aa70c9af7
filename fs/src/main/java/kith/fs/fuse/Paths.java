package kith.fs.fuse;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import kith.fs.Attributes;
import kith.fs.DriveException;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.FileSystem;

/**
 * Turns libfuse's paths into the drive's inode numbers. libfuse locks the paths of calls in
 * progress against renames, so that a path keeps its meaning throughout a call.
 */
final class Paths {
  private static final int CACHED_NAMES = 1 << 14;

  /** A directory and a name in it. */
  record Place(long directory, FileName name) {}

  private final FileSystem drive;
  private final HiddenNames hidden;
  private final NameCache names = new NameCache(CACHED_NAMES);

  Paths(FileSystem drive, HiddenNames hidden) {
    this.drive = drive;
    this.hidden = hidden;
  }

  /** Attributes of what the path names. */
  Attributes attributes(long path) throws IOException {
    byte[] bytes = NativeMemory.string(path);
    return isRoot(bytes) ? drive.attributes(FileSystem.ROOT) : attributes(place(bytes));
  }

  /** Attributes of what has that name, be it one that libfuse gave. */
  Attributes attributes(Place place) throws IOException {
    OptionalLong nameless = hidden.inode(place.name);
    return nameless.isPresent()
        ? drive.attributes(nameless.getAsLong())
        : drive.lookup(place.directory, place.name);
  }

  /** Inode number of what the path names. */
  long inode(long path) throws IOException {
    byte[] bytes = NativeMemory.string(path);
    if (isRoot(bytes)) {
      return FileSystem.ROOT;
    }
    Place place = place(bytes);
    OptionalLong known = names.get(place.directory, place.name);
    return known.isPresent() ? known.getAsLong() : attributes(place).inode();
  }

  /** Where the path's last component stands, whether or not there is such a file. */
  Place place(long path) throws IOException {
    return place(NativeMemory.string(path));
  }

  /** The name no longer stands for the directory that it stood for, if for any. */
  void forget(Place place) {
    names.forget(place.directory, place.name);
  }

  /** Trusts no name any more: a directory was removed without this mount's doing. */
  void forgetAll() {
    names.clear();
  }

  private Place place(byte[] path) throws IOException {
    long directory = FileSystem.ROOT;
    int start = 1;
    for (int slash = next(path, start); slash < path.length; slash = next(path, start)) {
      directory = step(directory, FileName.of(Arrays.copyOfRange(path, start, slash)));
      start = slash + 1;
    }
    return new Place(directory, FileName.of(Arrays.copyOfRange(path, start, path.length)));
  }

  private long step(long directory, FileName name) throws IOException {
    OptionalLong known = names.get(directory, name);
    if (known.isPresent()) {
      return known.getAsLong();
    }
    long stamp = names.stamp();
    Attributes found = drive.lookup(directory, name);
    if (found.kind() != FileKind.DIRECTORY) {
      throw new DriveException(DriveException.Reason.NOT_DIRECTORY, name.toString());
    }
    names.put(stamp, directory, name, found.inode());
    return found.inode();
  }

  private static boolean isRoot(byte[] path) {
    return path.length == 1;
  }

  private static int next(byte[] path, int start) {
    int i = start;
    while (i < path.length && path[i] != '/') {
      i++;
    }
    return i;
  }
}
