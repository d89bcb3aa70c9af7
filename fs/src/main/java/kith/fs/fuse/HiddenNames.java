package kith.fs.fuse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import kith.fs.FileName;

/**
 * Names that libfuse gives to files that lost theirs while open. libfuse renames such a file to
 * .fuse_hidden..., and goes on by that name. The drive keeps open files without any name, so the
 * invented names live here only: they are never listed, never backed up, and gone after a crash.
 */
final class HiddenNames {
  private static final byte[] PREFIX = ".fuse_hidden".getBytes(StandardCharsets.US_ASCII);

  private final Map<FileName, Long> inodes = new ConcurrentHashMap<>();

  /**
   * Whether a rename callback is libfuse hiding an open file, rather than what the user asked for:
   * in the course of an unlink, or of a rename to another name, whose target is hidden first.
   */
  static boolean isHiding(Request request, FileName newName) {
    byte[] name = newName.toBytes();
    return looksHidden(name) && (request.isUnlink() || !request.renamesTo(name));
  }

  boolean isEmpty() {
    return inodes.isEmpty();
  }

  void add(FileName name, long inode) {
    inodes.put(name, inode);
  }

  OptionalLong inode(FileName name) {
    Long inode = inodes.isEmpty() ? null : inodes.get(name);
    return inode == null ? OptionalLong.empty() : OptionalLong.of(inode);
  }

  /** Whether there was such a name. */
  boolean remove(FileName name) {
    return inodes.remove(name) != null;
  }

  /** Forgets the name of a file that nobody has open any more. */
  void removeInode(long inode) {
    inodes.values().remove(inode);
  }

  private static boolean looksHidden(byte[] name) {
    return name.length > PREFIX.length
        && Arrays.equals(name, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }
}
