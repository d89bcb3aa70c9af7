package kith.fs.cli;

import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.fs.node.OfferTerms;
import kith.peer.NodeAddress;

/** Nodes as people write them: {@code OWNER@HOST:PORT}. */
final class Contacts {
  private Contacts() {}

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static OfferTerms offer(String contact, long forThem, long forUs, long least) {
    int at = contact.indexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException(
          "'" + contact + "' is no node: write OWNER@HOST:PORT, with the owner id of its status");
    }
    try {
      OwnerId owner = OwnerId.parse(contact.substring(0, at));
      NodeAddress address = NodeAddress.parse(contact.substring(at + 1));
      return new OfferTerms(owner, address, forThem, forUs, least);
    } catch (CorruptDataException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
