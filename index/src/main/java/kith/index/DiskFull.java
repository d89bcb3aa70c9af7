package kith.index;

import java.util.Locale;

/**
 * Tells a full disk, or a used-up quota, from other failures. Neither the JDK nor RocksDB has an
 * exception of its own for it: the system's text is all there is, in the language that {@code
 * bin/kith} sees to.
 */
public final class DiskFull {
  private DiskFull() {}

  /** Whether this failure, or one that caused it, says so. */
  public static boolean is(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String text = String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT);
      if (text.contains("no space left") || text.contains("disk quota exceeded")) {
        return true;
      }
    }
    return false;
  }
}
