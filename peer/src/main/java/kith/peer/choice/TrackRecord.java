package kith.peer.choice;

/**
 * How a node kept its word lately, as others have signed.
 *
 * @param reporters how many owners independent of each other
 * @param kept agreements that they say it keeps or has kept to the end
 * @param reneged agreements that they say it broke
 */
public record TrackRecord(int reporters, int kept, int reneged) {
  /** Nobody has said anything. */
  public static final TrackRecord NONE = new TrackRecord(0, 0, 0);

  public TrackRecord {
    if (reporters < 0 || kept < 0 || reneged < 0) {
      throw new IllegalArgumentException("a track record of less than nothing");
    }
  }
}
