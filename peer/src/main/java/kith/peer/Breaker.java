package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.HoldingStore;
import kith.index.TrashedShard;

/**
 * How much of an owner's bytes a holder drops within the time that the trash is kept: a quarter, so
 * that whoever has stolen a node's key cannot do much before the owner notices. The owner key may
 * do more. Stateless: what was dropped is in the trash for just that time.
 */
final class Breaker {
  /** One of so many bytes. */
  static final int PART = 4;

  private static final int AT_ONCE = 1000;

  private final HoldingStore store;

  Breaker(HoldingStore store) {
    this.store = store;
  }

  /** How many bytes may be dropped now. */
  long droppable(OwnerId owner) throws IOException {
    return Math.max(0, store.usedBytes(owner) / PART - store.trashBytes(owner));
  }

  /** Until the first shard leaves the trash; zero if there is none. */
  Duration untilFirst(OwnerId owner) throws IOException {
    Duration first = null;
    ShardName after = null;
    List<TrashedShard> page;
    do {
      page = store.listTrash(owner, after, AT_ONCE);
      for (TrashedShard each : page) {
        after = each.shard().name();
        first = first == null || each.left().compareTo(first) < 0 ? each.left() : first;
      }
    } while (page.size() == AT_ONCE);
    return first == null ? Duration.ZERO : first;
  }
}
