package kith.peer;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kith.codec.CorruptDataException;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;

/**
 * The blocks that audits are drawn from: those of the shards that the beginning of a ledger puts
 * and does not drop later, in its order. Reads the ledger as it goes; in memory are the drops
 * alone.
 */
final class LedgerBlocks {
  private static final int AT_ONCE = 512;

  /** Reads a ledger: at most {@code limit} entries from a sequence number on. */
  @FunctionalInterface
  interface Entries {
    List<LedgerEntry> read(long from, int limit) throws IOException, CorruptDataException;
  }

  /**
   * A block of the ledger.
   *
   * @param put what the ledger says of its shard
   * @param block its index in the shard
   */
  record Place(LedgerChange put, int block) {
    ShardName shard() {
      return put.shard();
    }

    /** Bytes of the sealed block. */
    int length() {
      long from = (long) block * ShardLayout.SEALED_BLOCK;
      return (int) Math.min(ShardLayout.SEALED_BLOCK, put.sealedLength() - from);
    }
  }

  private final Entries ledger;
  private final long end;

  /** The last drop of each shard that was dropped, by sequence number. */
  private final Map<ShardName, Long> drops = new HashMap<>();

  private long count;

  /**
   * @param end how many entries belong to it
   */
  LedgerBlocks(Entries ledger, long end) throws IOException, CorruptDataException {
    this.ledger = ledger;
    this.end = end;
    each(
        entry -> {
          if (entry.change().kind() == LedgerChange.Kind.DROP) {
            drops.put(entry.change().shard(), entry.sequence());
          }
        });
    each(entry -> count += isLive(entry) ? blocks(entry.change()) : 0);
  }

  private interface Visitor {
    void visit(LedgerEntry entry);
  }

  private void each(Visitor visitor) throws IOException, CorruptDataException {
    for (long at = 0; at < end; ) {
      List<LedgerEntry> some = ledger.read(at, (int) Math.min(AT_ONCE, end - at));
      if (some.isEmpty()) {
        throw new CorruptDataException("a ledger has " + at + " entries, not " + end);
      }
      some.forEach(visitor::visit);
      at += some.size();
    }
  }

  private boolean isLive(LedgerEntry entry) {
    Long dropped = drops.get(entry.change().shard());
    return entry.change().kind() == LedgerChange.Kind.PUT
        && (dropped == null || dropped < entry.sequence());
  }

  private static long blocks(LedgerChange put) {
    return (put.sealedLength() + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK;
  }

  /** C: how many there are. */
  long count() {
    return count;
  }

  /** Where blocks are, in the order of their numbers as they are given. */
  List<Place> places(List<Long> numbers) throws IOException, CorruptDataException {
    Place[] found = new Place[numbers.size()];
    long[] before = {0};
    each(
        entry -> {
          if (isLive(entry)) {
            long blocks = blocks(entry.change());
            for (int i = 0; i < found.length; i++) {
              long block = numbers.get(i) - before[0];
              if (block >= 0 && block < blocks) {
                found[i] = new Place(entry.change(), (int) block);
              }
            }
            before[0] += blocks;
          }
        });
    return Arrays.asList(found);
  }
}
