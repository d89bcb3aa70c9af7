package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.KithException;

/**
 * Lets those who want the same thing at the same time share the work of the first. Holds no lock
 * while the work is done. Safe for many threads.
 *
 * @param <K> names the thing
 * @param <V> the thing
 */
public final class Flights<K, V> {
  private final Map<K, CompletableFuture<V>> flights = new ConcurrentHashMap<>();

  /** The work. */
  @FunctionalInterface
  public interface Work<V> {
    V get() throws IOException, KithException;
  }

  /** The result of the work of this caller, or of another who was first; or its failure. */
  public V share(K key, Work<V> work) throws IOException, KithException {
    CompletableFuture<V> own = new CompletableFuture<>();
    for (var first = flights.putIfAbsent(key, own);
        first != null;
        first = flights.putIfAbsent(key, own)) {
      try {
        return Awaiting.result(first);
      } catch (IOException e) {
        // That somebody interrupted the first is no reason for the others to fail.
        boolean ownInterruption = Thread.currentThread().isInterrupted();
        if (ownInterruption || !(e.getCause() instanceof InterruptedIOException)) {
          throw e;
        }
      }
    }
    try {
      V value = work.get();
      own.complete(value);
      return value;
    } catch (IOException | KithException | RuntimeException | Error e) {
      own.completeExceptionally(e);
      throw e;
    } finally {
      flights.remove(key, own);
    }
  }

  /** Whether the work is under way. */
  boolean underWay(K key) {
    return flights.containsKey(key);
  }
}
