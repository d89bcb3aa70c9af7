package kith.fs.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.IntConsumer;
import kith.peer.Bandwidth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node may take of processors and network, and whether it is paused: at once and after the
 * next start. Safe for many threads.
 */
final class NodeLimits {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLimits.class);

  private final Path home;
  private final InstantSource clock;
  private final IntConsumer cpu;
  private final Bandwidth bandwidth;
  private volatile LimitsInfo limits;

  /**
   * @param home whose configuration remembers
   */
  NodeLimits(Path home, LimitsInfo limits, InstantSource clock, Ways ways) {
    this.home = home;
    this.clock = clock;
    this.cpu = ways.cpu;
    this.bandwidth = ways.bandwidth;
    this.limits = limits;
    apply();
  }

  /**
   * What is limited.
   *
   * @param cpu takes the percentage of a processor; 0 for no limit
   */
  record Ways(IntConsumer cpu, Bandwidth bandwidth) {}

  /** As they are now; a pause that has ended is none. */
  LimitsInfo now() {
    LimitsInfo all = limits;
    return all.isPausedAt(clock.instant()) ? all : all.pausedUntil(null);
  }

  boolean isPaused() {
    return limits.isPausedAt(clock.instant());
  }

  /** Lets what was held back go on when a pause has come to its end; returns 0. */
  int tick() {
    bandwidth.pause(isPaused());
    return 0;
  }

  LimitsInfo change(LimitsInfo.Change change) throws IOException, NodeException {
    return set(now().with(change));
  }

  /**
   * @param time for how long; null for until it is resumed
   */
  LimitsInfo pause(Duration time) throws IOException, NodeException {
    return set(now().pausedUntil(end(clock.instant(), time)));
  }

  LimitsInfo resume() throws IOException, NodeException {
    return set(now().pausedUntil(null));
  }

  /** When a pause ends that begins then. */
  static Instant end(Instant now, Duration time) {
    return time == null ? LimitsInfo.RESUMED : now.plus(time).truncatedTo(ChronoUnit.SECONDS);
  }

  private synchronized LimitsInfo set(LimitsInfo wanted) throws IOException, NodeException {
    ConfigFile.limit(home, wanted);
    limits = wanted;
    apply();
    LOG.info("limits are now {}", wanted);
    return now();
  }

  private void apply() {
    LimitsInfo all = limits;
    cpu.accept(all.cpuPercent() == null ? 0 : all.cpuPercent());
    bandwidth.limit(bytes(all.uploadRate()), bytes(all.downloadRate()));
    bandwidth.pause(isPaused());
  }

  private static long bytes(Rate rate) {
    return rate == null ? 0 : rate.bytesPerSecond();
  }
}
