package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Counts what there is to import, so that somebody who watches sees how long it will take. What
 * cannot be read counts nothing. For one thread.
 */
public final class ImportScan {
  private final ImportOptions options;
  private final BooleanSupplier goOn;
  private long files;
  private long bytes;
  private long unreadable;

  /**
   * @param goOn asked again and again whether to
   */
  public ImportScan(ImportOptions options, BooleanSupplier goOn) {
    this.options = options;
    this.goOn = goOn;
  }

  /**
   * Counts all that is in a folder.
   *
   * @param source is closed
   */
  public void run(SourceFolder source) throws IOException {
    Deque<SourceFolder> waiting = new ArrayDeque<>();
    waiting.push(source);
    try {
      long filesystem = source.stat().filesystem();
      while (!waiting.isEmpty() && goOn.getAsBoolean()) {
        try (SourceFolder folder = waiting.pop()) {
          count(folder, filesystem, waiting);
        } catch (SourceException e) {
          unreadable++; // which, is told when it should be read
        }
      }
    } finally {
      for (SourceFolder left : waiting) {
        left.close();
      }
    }
  }

  private void count(SourceFolder folder, long filesystem, Deque<SourceFolder> waiting)
      throws IOException {
    if (options.oneFilesystem() && folder.stat().filesystem() != filesystem) {
      return;
    }
    for (FileName name : folder.names()) {
      try {
        SourceStat stat = folder.stat(name);
        if (stat.kind() != FileKind.DIRECTORY) {
          files++;
          bytes += stat.kind() == FileKind.REGULAR ? stat.attributes().size() : 0;
        } else if (!options.leftOut().contains(stat.id())) {
          waiting.push(folder.folder(name));
        }
      } catch (SourceException e) {
        unreadable++;
      }
    }
  }

  /** How much could not be looked at. */
  public long unreadable() {
    return unreadable;
  }

  /** Everything but folders. */
  public long files() {
    return files;
  }

  /** Of regular files. */
  public long bytes() {
    return bytes;
  }
}
