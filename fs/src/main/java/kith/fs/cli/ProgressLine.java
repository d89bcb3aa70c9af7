package kith.fs.cli;

import java.util.Locale;
import kith.fs.node.ByteSize;
import kith.fs.node.Progress;
import kith.fs.node.ProgressSink;

/**
 * Shows progress in one line that is written over, where there is a terminal; else it keeps silent.
 * For one thread.
 */
final class ProgressLine implements ProgressSink, AutoCloseable {
  private static final String CLEAR = "\r\033[K";

  private final Surroundings surroundings;
  private boolean shown;

  ProgressLine(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public boolean report(Progress progress) {
    if (surroundings.terminal()) {
      surroundings.err().print(CLEAR + text(progress));
      surroundings.err().flush();
      shown = true;
    }
    return true;
  }

  @Override
  public void close() {
    clear();
  }

  /** Leaves an empty line to write on; again: nothing. */
  void clear() {
    if (shown) {
      surroundings.err().print(CLEAR);
      surroundings.err().flush();
      shown = false;
    }
  }

  static String text(Progress progress) {
    var text = new StringBuilder(progress.phase());
    text.append("  ").append(ByteSize.show(progress.doneBytes()));
    if (progress.totalBytes() > 0) {
      double percent = 100.0 * progress.doneBytes() / progress.totalBytes();
      text.append(" of ").append(ByteSize.show(progress.totalBytes()));
      text.append(String.format(Locale.ROOT, " (%.0f%%)", Math.min(100, percent)));
    }
    if (progress.totalObjects() > 0) {
      text.append("  ").append(progress.doneObjects()).append('/').append(progress.totalObjects());
    }
    if (progress.bytesPerSecond() > 0) {
      text.append("  ").append(ByteSize.show(progress.bytesPerSecond())).append("/s");
    }
    if (progress.etaSeconds() >= 0) {
      text.append("  ").append(left(progress.etaSeconds())).append(" left");
    }
    return text.toString();
  }

  private static String left(long seconds) {
    return seconds < 60
        ? seconds + " s"
        : seconds < 3600
            ? seconds / 60 + " min " + seconds % 60 + " s"
            : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }
}
