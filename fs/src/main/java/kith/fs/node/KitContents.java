package kith.fs.node;

import java.util.List;
import kith.codec.CodeParameters;
import kith.fs.KitPartner;
import kith.peer.Contact;

/**
 * What a running node adds to the kit; no secret is in it.
 *
 * @param code the code in use, or the fixed one
 * @param partners everyone who holds something, with every address known; who answers first
 * @param brokers that the node uses
 */
public record KitContents(CodeParameters code, List<KitPartner> partners, List<Contact> brokers) {
  public KitContents {
    partners = List.copyOf(partners);
    brokers = brokers == null ? List.of() : List.copyOf(brokers);
  }
}
