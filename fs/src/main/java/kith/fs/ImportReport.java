package kith.fs;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts what an import has done so far, and lists what it could not do. Filled and read by the
 * thread that imports.
 */
public final class ImportReport {
  /** Problems that are listed; all are counted. */
  private static final int LISTED = 1000;

  private final List<PathProblem> failed = new ArrayList<>();
  private final List<PathProblem> changed = new ArrayList<>();
  private final List<PathProblem> leftOut = new ArrayList<>();
  private long failures;
  private long changes;
  private long readFiles;
  private long readBytes;
  private long sameFiles;
  private long sameBytes;
  private long folders;
  private long others;
  private long underWay;
  private boolean givenUp;

  /** Part of a file has been read. */
  void reading(long bytes) {
    underWay += bytes;
  }

  /** A file with new content. */
  void read(long bytes) {
    readFiles++;
    readBytes += bytes;
    underWay = 0;
  }

  /** A file that could not be read, or is read once more. */
  void notRead() {
    underWay = 0;
  }

  /** A file whose content the drive has already, be it by another name. */
  void same(long bytes) {
    sameFiles++;
    sameBytes += bytes;
  }

  void folder() {
    folders++;
  }

  /** A symlink, fifo, socket or device. */
  void other() {
    others++;
  }

  void failed(byte[] path, String reason) {
    failures++;
    add(failed, path, reason);
  }

  void changed(byte[] path, String reason) {
    changes++;
    add(changed, path, reason);
  }

  void leftOut(byte[] path, String reason) {
    add(leftOut, path, reason);
  }

  private static void add(List<PathProblem> list, byte[] path, String reason) {
    if (list.size() < LISTED) {
      list.add(new PathProblem(path, reason));
    }
  }

  void givenUp() {
    givenUp = true;
  }

  /** Whether it was ended before all was done. */
  public boolean isGivenUp() {
    return givenUp;
  }

  /** Regular files that were new or had changed. */
  public long readFiles() {
    return readFiles;
  }

  public long readBytes() {
    return readBytes;
  }

  /** Regular files that the drive had already. */
  public long sameFiles() {
    return sameFiles;
  }

  public long sameBytes() {
    return sameBytes;
  }

  public long folders() {
    return folders;
  }

  /** Symlinks, fifos, sockets and devices. */
  public long others() {
    return others;
  }

  /** Bytes of regular files that are done, the one under way as far as it is. */
  public long doneBytes() {
    return readBytes + sameBytes + underWay;
  }

  /** Everything but folders that is done. */
  public long doneFiles() {
    return readFiles + sameFiles + others;
  }

  public long failures() {
    return failures;
  }

  /** The first of what was not imported. */
  public List<PathProblem> failed() {
    return List.copyOf(failed);
  }

  public long changes() {
    return changes;
  }

  /** The first of the files that changed while they were read, twice. */
  public List<PathProblem> changed() {
    return List.copyOf(changed);
  }

  /** Folders that were passed over on purpose. */
  public List<PathProblem> leftOut() {
    return List.copyOf(leftOut);
  }
}
