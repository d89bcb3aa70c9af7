package kith.fs.node;

import java.util.List;
import kith.codec.CodeParameters;
import kith.fs.KitPartner;

/**
 * What a running node adds to the kit; no secret is in it.
 *
 * @param code the code in use, or the fixed one
 * @param partners everyone who holds something, with every address known
 */
public record KitContents(CodeParameters code, List<KitPartner> partners) {
  public KitContents {
    partners = List.copyOf(partners);
  }
}
