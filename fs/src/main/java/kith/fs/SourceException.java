package kith.fs;

import java.io.IOException;

/** A file that is imported cannot be read, or has gone: the fault is not the drive's. */
public final class SourceException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean gone;

  /**
   * @param gone whether there is no such file any more
   * @param reason a clause for people, without the file's name
   */
  public SourceException(boolean gone, String reason) {
    super(reason);
    this.gone = gone;
  }

  /** Whether there is no such file any more. */
  public boolean isGone() {
    return gone;
  }
}
