package kith.fs.cli;

import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.Contact;
import kith.peer.NodeAddress;

/** Nodes as people write them: {@code OWNER@HOST:PORT}. */
final class Contacts {
  private Contacts() {}

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static Contact parse(String contact) {
    int at = contact.indexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException(
          "'" + contact + "' is no node: write OWNER@HOST:PORT, with the owner id of its status");
    }
    try {
      OwnerId owner = OwnerId.parse(contact.substring(0, at));
      NodeAddress address = NodeAddress.parse(contact.substring(at + 1));
      return new Contact(owner, List.of(address));
    } catch (CorruptDataException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
