package kith.fs.node;

import java.util.List;

/**
 * What partners need not keep any more.
 *
 * @param partners all who stay and are there
 * @param toSign keep-sets of what did not go for it is too much at once, in hexadecimal digits;
 *     with the owner key's word it goes
 */
public record PruneInfo(List<Line> partners, List<String> toSign) {
  /**
   * At one partner; in bytes.
   *
   * @param partner his name; his owner id where he has none
   * @param unneeded what is still kept and not needed
   * @param dropped what was dropped now
   * @param trash what was dropped and counts until it leaves his trash
   */
  public record Line(String owner, String partner, long unneeded, long dropped, long trash) {}

  public PruneInfo {
    partners = List.copyOf(partners);
    toSign = List.copyOf(toSign);
  }
}
