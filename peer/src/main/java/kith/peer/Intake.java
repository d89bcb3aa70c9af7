package kith.peer;

import java.util.ArrayDeque;

/**
 * Bounds the bytes of requests, over all links of a node, that were received but not handled yet.
 * Links that find it full stop reading until it is their turn. Safe for any number of threads.
 */
final class Intake {
  private final long capacity;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long taken;

  Intake(long capacity) {
    this.capacity = capacity;
  }

  /**
   * Takes room for {@code bytes}, or keeps {@code retry} to be called once there may be some. More
   * than the capacity is given to whoever is alone.
   */
  synchronized boolean take(int bytes, Runnable retry) {
    if (taken > 0 && taken + bytes > capacity) {
      waiting.add(retry);
      return false;
    }
    taken += bytes;
    return true;
  }

  void release(int bytes) {
    Runnable next;
    synchronized (this) {
      taken -= bytes;
      next = waiting.poll();
    }
    if (next != null) {
      next.run();
    }
  }

  synchronized long taken() {
    return taken;
  }
}
