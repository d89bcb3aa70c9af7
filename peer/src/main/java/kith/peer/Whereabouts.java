package kith.peer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import kith.codec.OwnerId;

/**
 * Where partners and brokers are: what partners said on a link, then what the newest record of
 * theirs says that anybody has told. Immutable; safe for any number of threads.
 */
public final class Whereabouts implements Contacts {
  private static final int MOST = 8;

  private final PartnerBook book;
  private final KnownNodes known;
  private final List<Contact> brokers;

  public Whereabouts(PartnerBook book, KnownNodes known, List<Contact> brokers) {
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
    var all = new LinkedHashSet<>(partner.get().addresses());
    known.find(owner).ifPresent(record -> all.addAll(record.addresses()));
    return Optional.of(
        new Contact(owner, new ArrayList<>(all).subList(0, Math.min(MOST, all.size()))));
  }
}
