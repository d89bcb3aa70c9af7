package kith.fs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.codec.PackId;
import kith.codec.ShardLayout;

/**
 * Keeps the opened blocks used last as they came, up to a number of bytes in total. Safe for many
 * threads.
 */
final class FetcherCache {
  /** What an entry costs beside its bytes, about. */
  private static final int OVERHEAD = 200;

  /** Blocks of a shard that are fetched together in sequential reads. */
  record Stripe(PackId pack, int shard, int index) {}

  /**
   * Consecutive blocks of a stripe, opened. The array is shared: it must not be changed.
   *
   * @param first index of the first in its shard
   */
  record Blocks(int first, byte[] plain) {
    /** Where a byte of the shard is in the array, or -1 if it is in none of these blocks. */
    int find(int position) {
      int at = position - first * ShardLayout.BLOCK;
      return at >= 0 && at < plain.length ? at : -1;
    }

    private boolean has(Blocks other) {
      return first <= other.first && find(endOf(other) - 1) >= 0;
    }

    private static int endOf(Blocks blocks) {
      return blocks.first * ShardLayout.BLOCK + blocks.plain.length;
    }
  }

  private final long maxBytes;
  private final Map<Stripe, List<Blocks>> stripes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param maxBytes 0 to keep nothing
   */
  FetcherCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The blocks among which one is, or null.
   *
   * @param position in the shard, in bytes
   */
  synchronized Blocks get(Stripe stripe, int position) {
    for (Blocks blocks : stripes.getOrDefault(stripe, List.of())) {
      if (blocks.find(position) >= 0) {
        return blocks;
      }
    }
    return null;
  }

  /**
   * The bytes of consecutive blocks, not to be changed, or null if not all of them are here.
   *
   * @param first index of the first block in its shard
   * @param length in bytes
   */
  synchronized byte[] range(Stripe stripe, int first, int length) {
    Blocks blocks = get(stripe, first * ShardLayout.BLOCK);
    if (blocks == null) {
      return null;
    }
    int at = blocks.find(first * ShardLayout.BLOCK);
    if (at + length > blocks.plain.length) {
      return null;
    }
    return length == blocks.plain.length
        ? blocks.plain
        : Arrays.copyOfRange(blocks.plain, at, at + length);
  }

  /** Keeps blocks and lets go of the stripes that were used longest ago. */
  synchronized void put(Stripe stripe, Blocks blocks) {
    List<Blocks> before = stripes.getOrDefault(stripe, List.of());
    if (before.stream().anyMatch(one -> one.has(blocks))) {
      return;
    }
    List<Blocks> now = new ArrayList<>(before);
    now.removeIf(blocks::has);
    now.add(blocks);
    bytes += size(now) - size(before);
    stripes.put(stripe, now);
    var oldest = stripes.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= size(oldest.next().getValue());
      oldest.remove();
    }
  }

  /** Forgets what is kept of a stripe. */
  synchronized void remove(Stripe stripe) {
    List<Blocks> before = stripes.remove(stripe);
    bytes -= before == null ? 0 : size(before);
  }

  private static long size(List<Blocks> kept) {
    return kept.stream().mapToLong(blocks -> blocks.plain.length + OVERHEAD).sum();
  }

  /** Bytes kept, overhead included. */
  synchronized long bytes() {
    return bytes;
  }
}
