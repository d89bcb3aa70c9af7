package kith.fs.node;

/**
 * How far a long operation is.
 *
 * @param phase a word or two: what is being done
 * @param doneBytes bytes done
 * @param totalBytes bytes in all, as known now; 0 if not known
 * @param doneObjects packs, shards or files done
 * @param totalObjects in all, as known now; 0 if not known
 * @param bytesPerSecond recent rate; 0 if not known
 * @param etaSeconds seconds left at that rate; negative if not known
 */
public record Progress(
    String phase,
    long doneBytes,
    long totalBytes,
    long doneObjects,
    long totalObjects,
    long bytesPerSecond,
    long etaSeconds) {
  /** Counts alone, without rate. */
  public static Progress of(String phase, Counted bytes, Counted objects) {
    return new Progress(phase, bytes.done(), bytes.total(), objects.done(), objects.total(), 0, -1);
  }

  /** So many of so many. */
  public record Counted(long done, long total) {}
}
