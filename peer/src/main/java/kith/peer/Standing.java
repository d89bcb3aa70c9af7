package kith.peer;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;
import kith.index.LedgerPosition;

/**
 * What stands in an owner's ledger at a holder up to a place: put and not dropped. Immutable.
 *
 * @param ledger the place
 * @param shards by name
 */
public record Standing(LedgerPosition ledger, TreeMap<ShardName, Shard> shards) {
  private static final int AT_ONCE = 4096;

  /**
   * A shard that stands.
   *
   * @param sealedLength in bytes
   * @param putAt by the holder's clock, in ms since 1970
   * @param again whether it was dropped before that put
   */
  public record Shard(long sealedLength, long putAt, boolean again) {}

  /** Goes through the copy of the ledger here. */
  static Standing of(LedgerMirrors mirrors, OwnerId holder, LedgerPosition end)
      throws IOException, CorruptDataException {
    var shards = new TreeMap<ShardName, Shard>();
    var dropped = new HashSet<ShardName>();
    for (long at = 0; at < end.count(); ) {
      int limit = (int) Math.min(AT_ONCE, end.count() - at);
      List<LedgerEntry> entries = mirrors.entries(holder, at, limit);
      if (entries.size() != limit) {
        throw new CorruptDataException("the copy of the ledger at " + holder.brief() + " is short");
      }
      for (LedgerEntry entry : entries) {
        LedgerChange change = entry.change();
        if (change.kind() == LedgerChange.Kind.DROP) {
          shards.remove(change.shard());
          dropped.add(change.shard());
        } else {
          boolean again = dropped.contains(change.shard());
          shards.put(change.shard(), new Shard(change.sealedLength(), change.holderTime(), again));
        }
      }
      at += limit;
    }
    return new Standing(end, shards);
  }

  /** What is left of it without some shards. */
  KeepSet.Remaining without(Collection<ShardName> dropped) {
    Set<ShardName> gone = new HashSet<>(dropped);
    var names = new NamesDigest();
    shards.keySet().stream().filter(name -> !gone.contains(name)).forEach(names::add);
    long count = names.count();
    return new KeepSet.Remaining(count, names.digest());
  }

  /** Sealed bytes of all. */
  public long bytes() {
    return shards.values().stream().mapToLong(Shard::sealedLength).sum();
  }
}
