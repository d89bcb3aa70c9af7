package kith.fs.node;

/**
 * So many files with so many bytes.
 *
 * @param files number of files
 * @param bytes their length together, as ls shows it, in bytes
 */
public record Amount(long files, long bytes) {
  /** None. */
  public static final Amount NONE = new Amount(0, 0);

  /** Both together. */
  public Amount plus(Amount other) {
    return new Amount(files + other.files, bytes + other.bytes);
  }
}
