package kith.fs;

/**
 * The kinds of file that POSIX has, with the tag of stored formats and the type bits of st_mode.
 */
public enum FileKind {
  REGULAR(1, 0100000),
  DIRECTORY(2, 0040000),
  SYMLINK(3, 0120000),
  FIFO(4, 0010000),
  SOCKET(5, 0140000),
  CHARACTER_DEVICE(6, 0020000),
  BLOCK_DEVICE(7, 0060000);

  private static final int TYPE_BITS = 0170000;

  private final int tag;
  private final int modeBits;

  FileKind(int tag, int modeBits) {
    this.tag = tag;
    this.modeBits = modeBits;
  }

  /** The byte that stands for this kind in stored formats. */
  public int tag() {
    return tag;
  }

  /** The S_IFMT bits of st_mode. */
  public int modeBits() {
    return modeBits;
  }

  /**
   * @throws IllegalArgumentException if no kind has this tag
   */
  public static FileKind ofTag(int tag) {
    for (FileKind kind : values()) {
      if (kind.tag == tag) {
        return kind;
      }
    }
    throw new IllegalArgumentException("file kind " + tag + " is unknown");
  }

  /**
   * The kind in the type bits of an st_mode; none at all means a regular file, as for mknod.
   *
   * @throws IllegalArgumentException if the bits name no kind
   */
  public static FileKind ofMode(int mode) {
    if ((mode & TYPE_BITS) == 0) {
      return REGULAR;
    }
    for (FileKind kind : values()) {
      if (kind.modeBits == (mode & TYPE_BITS)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " has no kind");
  }
}
