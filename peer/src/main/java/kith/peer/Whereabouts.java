package kith.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows partners that have moved while neither could reach the other: where there is no link, the
 * addresses in the newest record that others tell of are tried before those in the book. For one
 * thread.
 */
public final class Whereabouts {
  private final PartnerBook book;
  private final KnownNodes known;
  private final Links links;

  public Whereabouts(PartnerBook book, KnownNodes known, Links links) {
    this.book = book;
    this.known = known;
    this.links = links;
  }

  /** Returns how many partners may be somewhere else than was known. */
  public int tick() throws IOException {
    int moved = 0;
    for (Partner partner : book.all()) {
      if (!links.isUp(partner.id())) {
        moved += follow(partner) ? 1 : 0;
      }
    }
    return moved;
  }

  private boolean follow(Partner partner) throws IOException {
    List<NodeAddress> told = known.find(partner.id()).map(NodeRecord::addresses).orElse(List.of());
    if (partner.addresses().containsAll(told)) {
      return false;
    }
    List<NodeAddress> all = new ArrayList<>(told);
    partner.addresses().stream().filter(before -> !told.contains(before)).forEach(all::add);
    book.moved(partner.id(), all.subList(0, Math.min(all.size(), RequestFields.MAX_ADDRESSES)));
    links.retryNow(partner.id());
    return true;
  }
}
