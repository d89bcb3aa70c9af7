package kith.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.OwnerId;

/**
 * Those who wait at a broker to be called: the newest link of each, a bounded number in all and
 * from one place. Safe for any number of threads.
 */
final class RelayWaiting {
  static final int MOST = 512;
  static final int MOST_OF_SOURCE = 16;

  private final Map<OwnerId, Link> links = new HashMap<>();

  /** Lets one wait; false if too many do. */
  synchronized boolean take(Link link) {
    boolean there = links.containsKey(link.partner());
    if (!there && (links.size() >= MOST || ofSource(link.source()) >= MOST_OF_SOURCE)) {
      return false;
    }
    if (link.isOpen()) {
      links.put(link.partner(), link);
    }
    return true;
  }

  private long ofSource(String source) {
    return links.values().stream().filter(link -> link.source().equals(source)).count();
  }

  synchronized boolean has(Link link) {
    return links.get(link.partner()) == link;
  }

  synchronized Optional<Link> find(OwnerId owner) {
    return Optional.ofNullable(links.get(owner)).filter(Link::isOpen);
  }

  synchronized void left(Link link) {
    links.remove(link.partner(), link);
  }
}
