package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.codec.OwnerId;

/**
 * The nodes that local networks show, and when each is to be asked for its record. Bounded, for
 * anybody there can make nodes up. Safe for any number of threads.
 */
final class ShownNodes {
  /** Nodes that are remembered; more are not taken notice of. */
  static final int MOST = 256;

  private static final Duration AGAIN = Duration.ofMinutes(30);

  private final LocalNode self;
  private final Map<OwnerId, Shown> nodes = new LinkedHashMap<>();

  private record Shown(Contact contact, Instant next) {}

  ShownNodes(LocalNode self) {
    this.self = self;
  }

  /** A node shows itself; at other addresses than before it is asked at once. */
  synchronized void came(Contact contact) {
    Shown before = nodes.get(contact.owner());
    boolean isNew = before == null || !before.contact.equals(contact);
    boolean fits = before != null || nodes.size() < MOST;
    boolean isOther = !contact.owner().equals(self.identity().owner());
    if (isNew && fits && isOther && !contact.addresses().isEmpty()) {
      nodes.put(contact.owner(), new Shown(contact, Instant.MIN));
    }
  }

  synchronized void went(OwnerId owner) {
    nodes.remove(owner);
  }

  /** Those to be asked now, at most so many; each comes again after a while. */
  synchronized List<Contact> due(int most) {
    Instant now = self.now();
    var due = new ArrayList<Contact>();
    for (Map.Entry<OwnerId, Shown> each : nodes.entrySet()) {
      Shown node = each.getValue();
      boolean soon = now.isBefore(node.next) && !now.plus(AGAIN).isBefore(node.next);
      if (due.size() < most && !soon) {
        due.add(node.contact);
        each.setValue(new Shown(node.contact, now.plus(AGAIN)));
      }
    }
    return due;
  }
}
