package kith.fs;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the byte arrays used last, up to a number of bytes in total. Arrays are shared with all who
 * ask and must not be changed. Safe for many threads.
 *
 * @param <K> what the arrays are found by
 */
final class BlockCache<K> {
  /** What an entry costs beside its bytes, about. */
  private static final int OVERHEAD = 150;

  private final long maxBytes;
  private final Map<K, byte[]> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param maxBytes 0 to keep nothing
   */
  BlockCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The array, or null. */
  synchronized byte[] get(K key) {
    return entries.get(key);
  }

  /** Keeps an array and lets go of the oldest ones, this one too if it is larger than the cache. */
  synchronized void put(K key, byte[] value) {
    byte[] before = entries.put(key, value);
    bytes += value.length + (before == null ? OVERHEAD : -before.length);
    var oldest = entries.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= oldest.next().getValue().length + OVERHEAD;
      oldest.remove();
    }
  }

  /** Forgets an array. */
  synchronized void remove(K key) {
    byte[] before = entries.remove(key);
    if (before != null) {
      bytes -= before.length + OVERHEAD;
    }
  }

  /** Bytes kept, overhead included. */
  synchronized long bytes() {
    return bytes;
  }
}
