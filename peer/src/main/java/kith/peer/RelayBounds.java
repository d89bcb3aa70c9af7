package kith.peer;

/**
 * What a node or broker carries for others.
 *
 * @param circuits at once; 0 for none at all
 * @param bytesPerSecond of all circuits together, both directions; 0 for no limit
 * @param bytesPerDay of all circuits together
 * @param pairBytesPerDay between two nodes
 */
public record RelayBounds(
    int circuits, long bytesPerSecond, long bytesPerDay, long pairBytesPerDay) {
  /** Carries nothing. */
  public static final RelayBounds NONE = new RelayBounds(0, 0, 0, 0);

  /** What a node carries between its partners by default. */
  public static final RelayBounds MODEST = new RelayBounds(8, 1 << 20, 8L << 30, 2L << 30);

  boolean offered() {
    return circuits > 0;
  }
}
