package kith.fs;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import kith.codec.PackId;

/**
 * The packs of this machine that were found damaged, until they are healed. Each is told once,
 * however often it is read. Safe for many threads.
 */
public final class PackDamage {
  private static final int MOST = 100_000;

  private final Events events;
  private final Set<PackId> told = new HashSet<>();
  private final Set<PackId> waiting = new LinkedHashSet<>();

  public PackDamage(Events events) {
    this.events = events;
  }

  /** Notes a damaged pack. */
  void found(PackId pack, String how) {
    if (add(pack)) {
      events.event("pack-damaged", "pack " + pack + " is damaged here, partners are asked: " + how);
    }
  }

  /** Notes a damaged pack that others have told of. */
  synchronized boolean add(PackId pack) {
    if (told.size() >= MOST || !told.add(pack)) {
      return false;
    }
    return waiting.add(pack);
  }

  /** The one that has waited longest. */
  synchronized Optional<PackId> next() {
    return waiting.stream().findFirst();
  }

  /** Another comes first the next time. */
  synchronized void later(PackId pack) {
    if (waiting.remove(pack)) {
      waiting.add(pack);
    }
  }

  /** It is as it should be again: what is found from now on is a new damage. */
  synchronized void healed(PackId pack) {
    waiting.remove(pack);
    told.remove(pack);
  }

  /** There is nothing to be done about it, and nothing more to be told. */
  synchronized void dismiss(PackId pack) {
    waiting.remove(pack);
  }
}
