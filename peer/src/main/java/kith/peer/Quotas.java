package kith.peer;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import kith.codec.OwnerId;
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
   * @return false if there is none
   */
  synchronized boolean reserve(Partner partner, long bytes) throws IOException {
    long used = store.usedBytes(partner.id());
    long underWay = reserved.getOrDefault(partner.id(), 0L);
    if (used + underWay + bytes > partner.spaceHere()) {
      return false;
    }
    reserved.put(partner.id(), underWay + bytes);
    return true;
  }

  /** What whoever got no room is told: the numbers, and when the trash gives some back. */
  Reply.Failure full(Partner partner, long bytes) throws IOException {
    long trash = store.trashBytes(partner.id());
    String message =
        "no space: "
            + partner.spaceHere()
            + " bytes are agreed, "
            + store.usedBytes(partner.id())
            + " are used, "
            + (trash == 0 ? "" : trash + " of them in the trash, ")
            + reserved(partner.id())
            + " are on their way, "
            + bytes
            + " more are wanted";
    return new Reply.Failure(
        FailureKind.SPACE_EXHAUSTED, message, new Breaker(store).untilFirst(partner.id()));
  }

  /** The shard has arrived, or will not. */
  synchronized void release(OwnerId owner, long bytes) {
    reserved.computeIfPresent(owner, (id, all) -> all <= bytes ? null : all - bytes);
  }

  synchronized long reserved(OwnerId owner) {
    return reserved.getOrDefault(owner, 0L);
  }
}
