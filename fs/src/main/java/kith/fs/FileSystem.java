package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The drive as a binding to the kernel sees it: calls on inode numbers and handles. Safe for any
 * number of threads. Permissions are checked by the kernel (default_permissions). Every call throws
 * {@link DriveException} for what POSIX has a number for; any other IOException is EIO.
 */
public interface FileSystem {
  /** Inode number of the root directory. */
  long ROOT = 1;

  /** How a name came to be set with setxattr. */
  enum XattrMode {
    CREATE_OR_REPLACE,
    CREATE,
    REPLACE
  }

  /**
   * An open regular file.
   *
   * @param handle opaque; valid until {@link #release}
   * @param attributes of the file when it was opened
   */
  record Opened(long handle, Attributes attributes) {}

  /**
   * What statfs tells.
   *
   * @param totalBytes what partners and the local cache together may hold of new data
   * @param freeBytes what is left of it
   * @param files inodes in use
   * @param freeFiles inodes that could be made
   */
  record Space(long totalBytes, long freeBytes, long files, long freeFiles) {}

  /** Receives directory entries in a stable order. */
  @FunctionalInterface
  interface EntryVisitor {
    /**
     * @param cookie pass it to {@link #readDirectory} to go on after this entry
     * @return whether there is room for more; false means that this entry was not taken
     */
    boolean visit(FileName name, long inode, FileKind kind, long cookie) throws IOException;
  }

  /** Attributes of the entry of that name; NOT_FOUND if there is none. */
  Attributes lookup(long directory, FileName name) throws IOException;

  /** Attributes; STALE if the inode is gone. */
  Attributes attributes(long inode) throws IOException;

  /** Changes attributes, ctime always, and returns the new ones. */
  Attributes change(Caller caller, long inode, AttributeChange change) throws IOException;

  /** Makes a regular file and opens it; EXISTS if the name is taken. */
  Opened create(Caller caller, long directory, FileName name, int mode) throws IOException;

  /** Makes a file of any kind but directory and symlink. */
  Attributes makeNode(Caller caller, NewNode node) throws IOException;

  /**
   * What makeNode makes.
   *
   * @param mode permission bits
   * @param device dev_t of a device node, else 0
   */
  record NewNode(long directory, FileName name, FileKind kind, int mode, long device) {}

  Attributes makeDirectory(Caller caller, long directory, FileName name, int mode)
      throws IOException;

  /**
   * @param target 1 to 4095 bytes
   */
  Attributes makeSymlink(Caller caller, long directory, FileName name, byte[] target)
      throws IOException;

  /** Another name for a file that is no directory. */
  Attributes link(long inode, long directory, FileName name) throws IOException;

  byte[] readSymlink(long inode) throws IOException;

  /** Removes a name of a file; its bytes stay until the last handle is released. */
  void unlink(long directory, FileName name) throws IOException;

  /**
   * Removes an empty directory.
   *
   * @param caller needed where removing has a meaning of its own, as for snapshots
   */
  void removeDirectory(Caller caller, long directory, FileName name) throws IOException;

  /** What becomes of an entry that has the new name already. */
  enum RenameMode {
    /** A file or an empty directory is replaced. */
    REPLACE,
    /** EXISTS. */
    NO_REPLACE,
    /** It gets the old name, whatever it is; NOT_FOUND if there is none. */
    EXCHANGE
  }

  /** A name in a directory. */
  record Place(long directory, FileName name) {}

  /** Renames in one atomic step. */
  void rename(Place from, Place to, RenameMode mode) throws IOException;

  /** Renames, replacing a file or an empty directory at the target, in one atomic step. */
  default void rename(long directory, FileName name, long newDirectory, FileName newName)
      throws IOException {
    rename(new Place(directory, name), new Place(newDirectory, newName), RenameMode.REPLACE);
  }

  /** Opens a regular file for reading and, unless it is part of a snapshot, writing. */
  Opened open(long inode, boolean forWriting) throws IOException;

  /**
   * Reads up to {@code target.remaining()} bytes; fewer only at the end of the file.
   *
   * @return the number of bytes put into target
   */
  int read(long handle, long offset, ByteBuffer target) throws IOException;

  /** Writes all remaining bytes. They survive a crash once synced. */
  void write(long handle, long offset, ByteBuffer source) throws IOException;

  /**
   * Writes as {@link #write} does, unless that would have to wait for room.
   *
   * @return whether it was done; if not, nothing was written
   */
  default boolean tryWrite(long handle, long offset, ByteBuffer source) throws IOException {
    write(handle, offset, source);
    return true;
  }

  /**
   * Reads as {@link #read} does, if everything needed is on this machine; never waits for partners.
   *
   * @return as read, or {@link #ELSEWHERE}; target then holds nothing of use
   */
  int readLocal(long handle, long offset, ByteBuffer target) throws IOException;

  /** A range of a file, in bytes. */
  record Range(long offset, int length) {}

  /**
   * Reads as {@link #readLocal} does, and with it what is at hand around: the rest of the blocks
   * that had to be opened.
   *
   * @param wanted what to read
   * @param target has room for it, and for as much around as is of use
   * @return what was put into target: it begins with or before the wanted range, at a multiple of
   *     {@link #PAGE} or where that does, and ends with or after it, so or at the end of the file;
   *     empty if partners must be asked
   */
  default Optional<Range> readAround(long handle, Range wanted, ByteBuffer target)
      throws IOException {
    ByteBuffer room = target.slice(target.position(), wanted.length());
    int length = readLocal(handle, wanted.offset(), room);
    return length == ELSEWHERE ? Optional.empty() : Optional.of(new Range(wanted.offset(), length));
  }

  /** The unit in which the kernel keeps what it read, in bytes. */
  int PAGE = 4096;

  /** What {@link #readLocal} returns if partners must be asked. */
  int ELSEWHERE = -1;

  /** Whether any call on this inode but readLocal may have to wait for partners. */
  boolean mayWait(long inode);

  /**
   * Whether the attributes of this inode, or the entries of this directory, change other than by
   * calls of the one mount: the kernel is told to ask for them each time.
   */
  default boolean changesByItself(long inode) {
    return false;
  }

  /** How the space of a range is to change. */
  enum AllocateMode {
    /** What has no space yet reads as zeros and can be written later; the file may get longer. */
    ALLOCATE,
    /** As ALLOCATE, but the length stays. */
    ALLOCATE_KEEP_SIZE,
    /** The range reads as zeros and takes no space; the length stays. */
    PUNCH_HOLE,
    /** The range reads as zeros; the file may get longer. */
    ZERO,
    /** The range reads as zeros; the length stays. */
    ZERO_KEEP_SIZE;

    /** Whether the range reads as zeros afterwards. */
    public boolean clears() {
      return this == PUNCH_HOLE || this == ZERO || this == ZERO_KEEP_SIZE;
    }

    /** Whether the file gets no longer. */
    public boolean keepsSize() {
      return this != ALLOCATE && this != ZERO;
    }
  }

  /**
   * fallocate(2).
   *
   * @param length over 0
   */
  void allocate(long handle, long offset, long length, AllocateMode mode) throws IOException;

  /** What {@link #seek} looks for; the end of a file counts as a hole. */
  enum SeekTo {
    DATA,
    HOLE
  }

  /**
   * The first offset at or after the given one that lies in data or in a hole; NO_SUCH_OFFSET if
   * there is none before the end of the file.
   */
  long seek(long handle, long offset, SeekTo what) throws IOException;

  /** Everything written and changed so far survives a crash when this returns. */
  void sync(long inode) throws IOException;

  /** Ends a handle. */
  void release(long handle) throws IOException;

  /**
   * Lists a directory without "." and "..".
   *
   * @param cookie 0 to start, else the cookie of the last entry taken
   */
  void readDirectory(long directory, long cookie, EntryVisitor visitor) throws IOException;

  /** Value of an extended attribute; empty if there is none. */
  Optional<byte[]> xattr(long inode, byte[] name) throws IOException;

  void setXattr(long inode, byte[] name, byte[] value, XattrMode mode) throws IOException;

  /** Names of all extended attributes. */
  List<byte[]> xattrNames(long inode) throws IOException;

  /** Removes an extended attribute; NO_ATTRIBUTE if there is none. */
  void removeXattr(long inode, byte[] name) throws IOException;

  Space space() throws IOException;

  /**
   * Counts that the kernel knows the inode once more: an inode without a name lives until the
   * kernel has forgotten it and its last handle is released. Bindings by path don't call it.
   */
  void reference(long inode) throws IOException;

  /** The kernel has forgotten the inode that many times. */
  void forget(long inode, long count) throws IOException;

  /** The kernel knows no inode any more: the mount is gone. Open handles stay. */
  void forgetAll() throws IOException;

  /**
   * Clears setuid, setgid of what the group may execute, and security.capability of a regular file:
   * somebody without CAP_FSETID writes to it or truncates it. For bindings to which the kernel
   * leaves that (FUSE_HANDLE_KILLPRIV); else it comes as a change of attributes.
   */
  void clearPrivileges(long inode) throws IOException;
}
