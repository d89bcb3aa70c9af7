package kith.fs.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.UnaryOperator;
import kith.index.Home;

/**
 * The limits in the configuration of a home whose node doesn't run: they hold from its next start.
 * A change holds the home, so that no node is told behind its back. For one thread.
 */
public final class HomeLimits implements LimitOperations {
  /** A node that starts or ends holds the home without answering yet, or any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Path home;
  private final InstantSource clock;
  private final ZoneId zone;

  /**
   * @param home with an identity
   * @param zone of the hours
   */
  public HomeLimits(Path home, InstantSource clock, ZoneId zone) {
    this.home = home;
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  public LimitsInfo limits() throws IOException, NodeException {
    return ConfigFile.read(home).limits().settings().shownAt(clock.instant(), zone);
  }

  @Override
  public LimitsInfo limit(LimitsInfo.Change change) throws IOException, NodeException {
    return set(old -> old.with(change));
  }

  @Override
  public LimitsInfo pause(Duration time) throws IOException, NodeException {
    return set(old -> old.paused(clock.instant(), time));
  }

  @Override
  public LimitsInfo resume() throws IOException, NodeException {
    return set(old -> old.resumed(clock.instant(), zone));
  }

  /**
   * @throws kith.index.HomeInUseException if a node holds the home
   */
  private LimitsInfo set(UnaryOperator<LimitSettings> change) throws IOException, NodeException {
    try (var held = Home.open(home, PATIENCE)) {
      LimitSettings old = ConfigFile.read(held.root()).limits().settings();
      ConfigFile.limit(held.root(), change.apply(old.at(clock.instant())));
      return limits();
    }
  }
}
