package kith.peer.choice;

/** How far apart two nodes are in the Internet, from the closest to the farthest. */
public enum Separation {
  /**
   * The same address, the same IPv6 /64, the same machine, or the same /24 of a private network:
   * one fire, one thief.
   */
  SAME_HOUSEHOLD("in the same household"),
  /** The same IPv4 /16 or IPv6 /32: one provider, often one town. */
  SAME_NETWORK("in the same network"),
  /** The same first byte of the address. */
  SAME_FIRST_BYTE("in a neighbouring network"),
  /** Not known, since there is only a name. */
  UNKNOWN("where, is not known"),
  /** Nothing in common. */
  DISTINCT("in another network");

  private final String words;

  Separation(String words) {
    this.words = words;
  }

  /** Whether two shards of a pack should not be that close. */
  public boolean isClose() {
    return this == SAME_HOUSEHOLD || this == SAME_NETWORK;
  }

  /** A clause that says where the one is, as seen from the other. */
  public String words() {
    return words;
  }
}
