package kith.peer;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import kith.codec.OwnerId;
import kith.codec.SpaceExhaustedException;
import kith.index.HoldingStore;

/**
 * Room for what partners put: what is kept, what is on its way, and what was agreed. Safe for any
 * number of threads.
 */
final class Quotas {
  private final HoldingStore store;
  private final Map<OwnerId, Long> reserved = new HashMap<>();

  Quotas(HoldingStore store) {
    this.store = store;
  }

  /**
   * Reserves room for a shard on its way.
   *
   * @throws SpaceExhaustedException with the numbers, if there is none
   */
  synchronized void reserve(Partner partner, long bytes)
      throws IOException, SpaceExhaustedException {
    long used = store.usedBytes(partner.id());
    long underWay = reserved.getOrDefault(partner.id(), 0L);
    if (used + underWay + bytes > partner.spaceHere()) {
      throw new SpaceExhaustedException(
          "no space: "
              + partner.spaceHere()
              + " bytes are agreed, "
              + used
              + " are used, "
              + underWay
              + " are on their way, "
              + bytes
              + " more are wanted");
    }
    reserved.put(partner.id(), underWay + bytes);
  }

  /** The shard has arrived, or will not. */
  synchronized void release(OwnerId owner, long bytes) {
    reserved.computeIfPresent(owner, (id, all) -> all <= bytes ? null : all - bytes);
  }

  synchronized long reserved(OwnerId owner) {
    return reserved.getOrDefault(owner, 0L);
  }
}
