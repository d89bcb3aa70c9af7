package kith.fs;

import java.util.List;
import kith.codec.OwnerId;
import kith.peer.NodeAddress;

/**
 * A partner as the kit names it.
 *
 * @param owner who it is
 * @param name what we call it, shortened to fit on the page; empty if nothing was said
 * @param addresses where to call it, the best first
 */
public record KitPartner(OwnerId owner, String name, List<NodeAddress> addresses) {
  /** The most addresses of one partner. */
  public static final int MAX_ADDRESSES = 8;

  /** The longest name in characters. */
  public static final int MAX_NAME = 40;

  public KitPartner {
    addresses = List.copyOf(addresses);
    if (addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException("more than " + MAX_ADDRESSES + " addresses");
    }
    name = printable(name);
  }

  private static String printable(String name) {
    String line = name.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    int fits =
        line.offsetByCodePoints(0, Math.min(MAX_NAME, line.codePointCount(0, line.length())));
    return line.substring(0, fits).strip();
  }
}
