package kith.peer;

/**
 * How fast a node sends to its partners and receives from them, all links together. What is urgent
 * is counted and never waits; the rest waits for its turn. Safe for any number of threads.
 */
public final class Bandwidth {
  /** Where time comes from. */
  public interface Timer {
    long nanos();

    /** Runs it later, in a thread that must not be blocked. */
    void after(long nanos, Runnable task);
  }

  /**
   * Bytes on the wire for each thousand of messages: headers of TCP and IP, records of TLS. About
   * what packets of 1500 bytes add.
   */
  private static final long WIRE_PER_THOUSAND = 1045;

  private final BandwidthQueue up;
  private final BandwidthQueue down;

  public Bandwidth(Timer timer) {
    up = new BandwidthQueue(timer);
    down = new BandwidthQueue(timer);
  }

  /**
   * Sets the limits, from now on, also for what waits already.
   *
   * @param upload bytes per second; 0 for no limit
   * @param download the same
   */
  public void limit(long upload, long download) {
    up.limit(upload);
    down.limit(download);
  }

  /** Holds back what this node puts to partners by itself, or lets it go on. */
  public void pause(boolean paused) {
    up.pause(paused);
  }

  /** How long it takes at least to send so many bytes, in milliseconds. */
  public long uploadMillis(long bytes) {
    return up.millis(onWire(bytes));
  }

  BandwidthQueue up() {
    return up;
  }

  BandwidthQueue down() {
    return down;
  }

  /** About how many bytes of the network's messages take. */
  static long onWire(long bytes) {
    return bytes * WIRE_PER_THOUSAND / 1000;
  }
}
