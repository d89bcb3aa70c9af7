package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kith.codec.OwnerId;

/**
 * The folder {@code .kith-restore} in the destination: says what is restored there, and has the
 * files that are not whole yet, and a name for each hard-linked file that is. With it a restore
 * that was broken off goes on. It goes when all is there. Safe for many threads.
 */
final class RestoreState implements AutoCloseable {
  /** Its own name. */
  static final FileName NAME = name(".kith-restore");

  private static final FileName ABOUT = name("about");
  private static final FileName LINKS = name("links");

  private static final int MOST_ABOUT = 1 << 16;

  private final DestinationFolder parent;
  private final DestinationFolder folder;
  private final DestinationFolder links;

  /** What is restored: another restore must not go on with its files. */
  record About(OwnerId drive, long snapshot, String path) {
    private byte[] text() {
      String text = "kith-restore 1\n%s\nsnapshot %d\n%s\n".formatted(drive, snapshot, path);
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private RestoreState(
      DestinationFolder parent, DestinationFolder folder, DestinationFolder links) {
    this.parent = parent;
    this.folder = folder;
    this.links = links;
  }

  private static FileName name(String text) {
    try {
      return FileName.of(text);
    } catch (DriveException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether a restore was begun in a folder. */
  static boolean isIn(DestinationFolder parent) throws IOException {
    return parent.stat(NAME).isPresent();
  }

  /**
   * Begins, or goes on.
   *
   * @throws DestinationException if another restore was begun there, or is under way
   */
  static RestoreState open(DestinationFolder parent, About about) throws IOException {
    if (!isIn(parent)) {
      parent.makeFolder(NAME);
    }
    DestinationFolder folder = parent.folder(NAME);
    DestinationFolder links = null;
    try {
      if (!folder.lock()) {
        throw new DestinationException(
            DestinationException.Reason.OTHER, "a restore into it is under way");
      }
      identify(folder, about);
      if (folder.stat(LINKS).isEmpty()) {
        folder.makeFolder(LINKS);
      }
      links = folder.folder(LINKS);
      links.empty(); // what has a name there has it again when it has been looked at
      return new RestoreState(parent, folder, links);
    } finally {
      if (links == null) {
        folder.close();
      }
    }
  }

  private static void identify(DestinationFolder folder, About about) throws IOException {
    byte[] wanted = about.text();
    try (DestinationFile file = folder.create(ABOUT)) {
      byte[] there = new byte[(int) Math.min(file.size(), MOST_ABOUT)];
      boolean whole = file.read(0, there, there.length) == there.length;
      if (!whole || !isTorn(there, wanted)) {
        throw new DestinationException(
            DestinationException.Reason.OTHER,
            "another restore was begun in it: end that one first, or remove its folder " + NAME);
      }
      file.write(0, wanted, wanted.length);
      file.truncate(wanted.length);
    }
  }

  /** Whether that is what a power loss may have left of the other, or all of it. */
  private static boolean isTorn(byte[] there, byte[] wanted) {
    boolean zeros = there.length <= wanted.length;
    boolean begins = zeros;
    for (int i = 0; i < there.length && (zeros || begins); i++) {
      zeros &= there[i] == 0;
      begins &= there[i] == wanted[i];
    }
    return zeros || begins;
  }

  /** Where files are until they are whole. */
  DestinationFolder folder() {
    return folder;
  }

  /** Where each hard-linked file that is there has a name. */
  DestinationFolder links() {
    return links;
  }

  /** The name of a file in either folder. */
  static FileName name(long inode) {
    return name(Long.toString(inode));
  }

  /** Removes it all, with what is left of files that are not whole. */
  void remove() throws IOException {
    links.empty();
    folder.removeFolder(LINKS);
    folder.empty();
    parent.removeFolder(NAME);
  }

  @Override
  public void close() throws IOException {
    links.close();
    folder.close();
  }
}
