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

  /** The longest name as it is printed, where some characters take several. */
  static final int MAX_PRINTED = 60;

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
    while (KitName.escape(line.substring(0, fits)).length() > MAX_PRINTED) {
      fits = line.offsetByCodePoints(fits, -1);
    }
    return line.substring(0, fits).strip();
  }

  /** With no more than so many addresses. */
  public KitPartner with(int most) {
    return new KitPartner(owner, name, addresses.subList(0, Math.min(most, addresses.size())));
  }
}
