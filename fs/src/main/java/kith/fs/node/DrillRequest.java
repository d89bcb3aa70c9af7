package kith.fs.node;

/**
 * What is to be drilled; one of the two, or neither for the default.
 *
 * @param files how many
 * @param percent of all files
 */
public record DrillRequest(Long files, Double percent) {
  static final long DEFAULT_FILES = 20;

  public DrillRequest {
    boolean sound =
        (files == null || files > 0)
            && (percent == null || (percent > 0 && percent <= 100))
            && (files == null || percent == null);
    if (!sound) {
      throw new IllegalArgumentException("a drill takes a number of files, or up to 100 per cent");
    }
  }

  /** How many files that is. */
  long of(long all) {
    if (percent != null) {
      return (long) Math.ceil(all * percent / 100);
    }
    return files == null ? DEFAULT_FILES : files;
  }
}
