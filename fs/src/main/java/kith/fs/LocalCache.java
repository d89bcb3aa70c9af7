package kith.fs;

import java.io.IOException;

/**
 * What a drive keeps on this machine, and how it stays within bounds: what is safe elsewhere leaves
 * first, then writers wait, then they are refused. Safe for many threads, but for the duty.
 */
final class LocalCache implements AutoCloseable {
  private final CacheRoom room;
  private final CacheGate gate;
  private final Eviction eviction;

  LocalCache(CacheRoom room, CacheGate gate, Eviction eviction) {
    this.room = room;
    this.gate = gate;
    this.eviction = eviction;
  }

  /** Where writers wait. */
  CacheGate gate() {
    return gate;
  }

  /** Whether room should be made now. */
  boolean isTight() throws IOException {
    return gate.isTight();
  }

  /** Evicts what can go, if there should be more room; returns how many packs went. */
  int evictTick() throws IOException {
    int gone = eviction.tick(room.excess());
    if (gone > 0) {
      gate.roomMade();
    }
    return gone;
  }

  /** Passes on how much another duty did, and lets writers look again if it was anything. */
  int made(int done) {
    if (done > 0) {
      gate.roomMade();
    }
    return done;
  }

  CacheUse use() throws IOException {
    CacheSettings settings = room.settings();
    return new CacheUse(
        room.used(),
        settings.budget(),
        settings.disk().free(),
        settings.reserve(),
        eviction.evictable(),
        gate.waiting(),
        room.shortage(Extent.MAX_LENGTH));
  }

  @Override
  public void close() {
    gate.close();
  }
}
