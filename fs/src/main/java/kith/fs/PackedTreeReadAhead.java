package kith.fs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import kith.codec.ChunkKey;
import kith.codec.KithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the chunks that a sequential reader will want next, so that they lie in the cache of the
 * chunk source when it comes to them. Safe for many threads.
 */
final class PackedTreeReadAhead {
  /** How many chunks ahead: 1 MiB at the usual average of 128 KiB. */
  static final int CHUNKS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(PackedTreeReadAhead.class);

  /** The kernel's own read-ahead comes in several requests, which overtake each other. */
  private static final long SLACK = 1L << 20;

  private static final int REMEMBERED = 1024;

  private final ChunkSource chunks;
  private final Executor executor;
  private final Map<Long, Long> ends = recent();
  private final Map<ChunkKey, Boolean> asked = recent();

  PackedTreeReadAhead(ChunkSource chunks, Executor executor) {
    this.chunks = chunks;
    this.executor = executor;
  }

  private static <K, V> Map<K, V> recent() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /** Notes a read, and tells whether it went on about where the last one of this file ended. */
  boolean isSequential(long inode, long from, long to) {
    synchronized (ends) {
      Long end = ends.put(inode, to);
      return end == null ? from == 0 : Math.abs(end - from) <= SLACK;
    }
  }

  /** Has chunks fetched that have not been asked for lately. Doesn't wait. */
  void fetch(List<ChunkRef> next) {
    for (ChunkRef ref : next) {
      if (isNew(ref.key()) && !execute(() -> fetch(ref))) {
        return;
      }
    }
  }

  /** Runs it soon, or returns false if too much waits already: the reader does it himself. */
  boolean execute(Runnable opening) {
    try {
      executor.execute(opening);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private boolean isNew(ChunkKey key) {
    synchronized (asked) {
      return asked.put(key, true) == null;
    }
  }

  private void fetch(ChunkRef ref) {
    try {
      chunks.chunk(ref);
    } catch (IOException | KithException e) {
      LOG.debug("read-ahead of {} failed: {}", ref.pack(), e.getMessage());
    }
  }
}
