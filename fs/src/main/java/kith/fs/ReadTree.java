package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * A directory tree to read: the live one, a frozen one, or one packed at the partners. Inode
 * numbers are those of the live tree, below 2^40, and the same in every snapshot; the root is 1.
 * Every call throws DriveException NOT_FOUND or STALE for an inode that isn't there. Safe for many
 * threads.
 */
public interface ReadTree {
  /** Sees one entry after the other. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(FileName name, long inode, FileKind kind) throws IOException, KithException;
  }

  Attributes attributes(long inode) throws IOException, KithException;

  /** Inode of the entry of that name, or empty. */
  OptionalLong lookup(long directory, FileName name) throws IOException, KithException;

  /**
   * Visits entries in the order of their names' bytes.
   *
   * @param after only names greater than this; null for all
   */
  void list(long directory, FileName after, Visitor visitor) throws IOException, KithException;

  byte[] symlinkTarget(long inode) throws IOException, KithException;

  /** All extended attributes, ordered by name. */
  List<Xattr> xattrs(long inode) throws IOException, KithException;

  /**
   * Reads content; holes are zeros.
   *
   * @return the number of bytes put into target: fewer than remain in it only at the end of file
   */
  int read(long inode, long offset, ByteBuffer target) throws IOException, KithException;

  /** Where data or a hole of a regular file begins, as {@link FileSystem#seek} says. */
  long seek(long inode, long offset, FileSystem.SeekTo what) throws IOException, KithException;

  /** The content of a regular file, for who wants all of it. */
  default RestoreContent content(long inode) throws IOException, KithException {
    return RestoreContent.of(this, inode, attributes(inode).size());
  }

  /** The names of who owns a file where it comes from. */
  default OwnerNames ownerNames(long inode) throws IOException, KithException {
    return OwnerNames.UNKNOWN;
  }
}
