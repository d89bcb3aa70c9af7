package kith.fs.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
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
  private final ZoneId zone;
  private final IntConsumer cpu;
  private final Bandwidth bandwidth;
  private volatile LimitSettings limits;

  /**
   * @param home whose configuration remembers
   * @param zone of the hours
   */
  NodeLimits(Path home, LimitSettings limits, InstantSource clock, ZoneId zone, Ways ways) {
    this.home = home;
    this.clock = clock;
    this.zone = zone;
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
    return limits.shownAt(clock.instant(), zone);
  }

  /** Whether nothing is shipped, by a pause or outside the hours. */
  boolean isPaused() {
    return limits.isPausedAt(clock.instant(), zone);
  }

  /** Holds back or lets go on what a pause or the hours hold back by now; returns 0. */
  int tick() {
    bandwidth.pause(isPaused());
    return 0;
  }

  LimitsInfo change(LimitsInfo.Change change) throws IOException, NodeException {
    return set(old -> old.with(change));
  }

  /**
   * @param time for how long; null for until it is resumed
   */
  LimitsInfo pause(Duration time) throws IOException, NodeException {
    return set(old -> old.paused(clock.instant(), time));
  }

  /** Ends a pause; outside the hours it goes on until they begin. */
  LimitsInfo resume() throws IOException, NodeException {
    return set(old -> old.resumed(clock.instant(), zone));
  }

  private synchronized LimitsInfo set(UnaryOperator<LimitSettings> change)
      throws IOException, NodeException {
    LimitSettings wanted = change.apply(limits.at(clock.instant()));
    ConfigFile.limit(home, wanted);
    limits = wanted;
    apply();
    LOG.info("limits are now {}", wanted);
    return now();
  }

  private void apply() {
    LimitSettings all = limits;
    cpu.accept(all.cpuPercent() == null ? 0 : all.cpuPercent());
    bandwidth.limit(bytes(all.uploadRate()), bytes(all.downloadRate()));
    bandwidth.pause(isPaused());
  }

  private static long bytes(Rate rate) {
    return rate == null ? 0 : rate.bytesPerSecond();
  }
}
