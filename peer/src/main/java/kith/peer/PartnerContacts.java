package kith.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;

/**
 * Where partners are: by the book, which has what they said on a link, and by the record that they
 * sign of themselves, which others pass on when a partner and this node have both moved. Who
 * answers at an address is proved by TLS, so one more to try does no harm. Brokers are where the
 * configuration says. Safe for any number of threads.
 */
public final class PartnerContacts implements Contacts {
  private final PartnerBook book;
  private final KnownNodes known;
  private final List<Contact> brokers;

  public PartnerContacts(PartnerBook book, KnownNodes known, List<Contact> brokers) {
    this.book = book;
    this.known = known;
    this.brokers = List.copyOf(brokers);
  }

  @Override
  public Optional<Contact> contact(OwnerId owner) {
    Optional<Contact> partner = book.contact(owner);
    if (partner.isEmpty()) {
      return brokers.stream().filter(broker -> broker.owner().equals(owner)).findFirst();
    }
    Set<NodeAddress> all = new LinkedHashSet<>(partner.get().addresses());
    known.find(owner).ifPresent(record -> all.addAll(record.addresses()));
    return partner.map(
        contact -> new Contact(owner, all.stream().limit(RequestFields.MAX_ADDRESSES).toList()));
  }

  /**
   * Takes the addresses that a partner has signed into the book, when he has moved: none of those
   * in the book is among them. Names stay, for they may follow him. Addresses that are only good
   * inside a house take the place of no other.
   */
  void settle(OwnerId id) throws IOException {
    Optional<Partner> partner = book.find(id);
    Optional<NodeRecord> record = known.find(id);
    if (partner.isEmpty() || record.isEmpty()) {
      return;
    }
    List<NodeAddress> before = partner.get().addresses();
    List<NodeAddress> now = record.get().addresses();
    boolean moved = before.stream().noneMatch(now::contains);
    if (moved && (PartnerBook.isOpen(now) || !PartnerBook.isOpen(before))) {
      List<NodeAddress> all =
          new ArrayList<>(before.stream().filter(PartnerContacts::isName).toList());
      all.addAll(now);
      book.moved(id, all.stream().limit(RequestFields.MAX_ADDRESSES).toList());
    }
  }

  private static boolean isName(NodeAddress address) {
    return NetworkPrefix.of(address.host()).isName();
  }
}
