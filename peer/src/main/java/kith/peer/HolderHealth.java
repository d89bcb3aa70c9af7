package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk with the pieces of partners works. Once it has failed, or has not answered a
 * probe in time, this node says that it is sick and serves nothing, until a probe has written and
 * read again: partners turn to others, and hold nothing against it. Safe for any number of threads;
 * one probes.
 */
public final class HolderHealth {
  private static final Logger LOG = LoggerFactory.getLogger(HolderHealth.class);

  /** A probe that takes longer means that the disk does not answer. */
  static final Duration DEADLINE = Duration.ofSeconds(30);

  private static final long NOT_PROBING = Long.MIN_VALUE;

  private final Probe probe;
  private final LongSupplier nanos;
  private final AtomicLong probing = new AtomicLong(NOT_PROBING);
  private volatile boolean failed;

  /** Writes something to the disk, forces it and reads it back. */
  @FunctionalInterface
  public interface Probe {
    void run() throws IOException;
  }

  /**
   * @param nanos as of {@link System#nanoTime}
   */
  public HolderHealth(Probe probe, LongSupplier nanos) {
    this.probe = probe;
    this.nanos = nanos;
  }

  /** Whether nothing may be asked of the disk now. */
  public boolean isSick() {
    long since = probing.get();
    return failed || (since != NOT_PROBING && nanos.getAsLong() - since > DEADLINE.toNanos());
  }

  /** Something that was asked of the disk has failed, and not because it is full. */
  void failed() {
    failed = true;
  }

  /** Probes; hangs for as long as the disk does. Returns 0. */
  public int tick() {
    boolean before = failed;
    probing.set(nanos.getAsLong());
    try {
      probe.run();
      failed = false;
      if (before) {
        LOG.warn("disk-well: the disk with partners' pieces works again, and they are served");
      }
    } catch (IOException e) {
      failed = true;
      if (!before) {
        LOG.warn("disk-sick: the disk with partners' pieces fails; nothing is served", e);
      }
    } finally {
      probing.set(NOT_PROBING);
    }
    return 0;
  }
}
