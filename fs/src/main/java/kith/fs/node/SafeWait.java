package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import kith.codec.KithException;
import kith.fs.DriveEngine;
import kith.fs.DriveSafety;
import kith.fs.FileState;
import kith.fs.SafetyTotals;
import kith.fs.ShipperProgress;
import kith.fs.TreeCounts;

/** {@code kith wait}: publishes what was written, and tells how far that is. For one thread. */
final class SafeWait implements DriveEngine.Watcher {
  private static final Duration REPORT = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration STUCK = Duration.ofSeconds(10);

  private final DriveEngine engine;
  private final InstantSource clock;
  private final ProgressSink sink;
  private final NodeLimits limits;
  private final Instant latest;
  private final long shippedBefore;
  private final CountDownLatch never = new CountDownLatch(1);
  private IntSupplier partners = () -> 0;
  private String phase = "";
  private boolean left;
  private boolean full;
  private boolean few;
  private long lastShipped;
  private long lastMove;
  private long reported;

  SafeWait(
      DriveEngine engine,
      InstantSource clock,
      Duration timeout,
      ProgressSink sink,
      NodeLimits limits) {
    this.limits = limits;
    this.engine = engine;
    this.clock = clock;
    this.sink = sink;
    this.latest = clock.instant().plus(timeout);
    this.shippedBefore = engine.shipping().bytesShipped();
  }

  /**
   * Waits until everything that was written before is safe.
   *
   * @param over how many partners packs can be spread now
   * @throws NodeException if that cannot be, or not in time
   */
  WaitResult run(IntSupplier over)
      throws IOException, KithException, NodeException, InterruptedException {
    partners = over;
    requirePartners();
    requireAwake();
    if (!engine.publish(this)) {
      requirePartners();
      requireAwake();
      if (full) {
        throw new NodeException(
            ExitCode.NO_SPACE_AT_PARTNERS,
            "too few partners have room for "
                + bytesLeft()
                + " bytes more: agree on more space with"
                + " them, or invite others with 'kith partner invite'");
      }
      throw new NodeException(
          ExitCode.NOT_YET_SAFE,
          left
              ? "nobody waits any more; what was begun goes on"
              : "not yet safe: " + bytesLeft() + " bytes are still to be shipped");
    }
    DriveSafety safety = repaired();
    TreeCounts tree = safety.tree();
    return new WaitResult(
        safety.packs().placed(),
        safety.packs().lockedUntil(),
        new Amount(tree.publishedFiles(), tree.publishedBytes()));
  }

  /** Waits for what was safe before and is not now, which the node makes again by itself. */
  private DriveSafety repaired() throws IOException, NodeException, InterruptedException {
    phase("repairing");
    DriveSafety safety = engine.safety();
    while (safety.packs().degraded().packs() > 0) {
      if (!goOn() || never.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        requirePartners();
        requireAwake();
        throw new NodeException(
            ExitCode.NOT_YET_SAFE,
            "not safe: "
                + safety.packs().degraded().packs()
                + " packs are on too few partners and wait to be repaired ('kith repair')");
      }
      safety = engine.safety();
    }
    return safety;
  }

  private void requirePartners() throws NodeException {
    if (areTooFew()) {
      throw new NodeException(
          ExitCode.NOT_ENOUGH_PARTNERS,
          "there are "
              + partners.getAsInt()
              + " partners, fewer than the code of this drive needs: invite"
              + " more with 'kith partner invite'");
    }
  }

  /** Also one who comes to count as gone while somebody waits. */
  private boolean areTooFew() {
    return engine.code().isEmpty() || partners.getAsInt() < engine.headQuorum();
  }

  private void requireAwake() throws NodeException {
    LimitsInfo now = limits.now();
    if (now.pausedUntil() != null) {
      throw new NodeException(
          ExitCode.PAUSED,
          "the node is paused "
              + now.until()
              + ": nothing is shipped; 'kith resume' lets it go on");
    }
  }

  private long bytesLeft() {
    return engine.shipping().bytesToShip();
  }

  @Override
  public void phase(String name) {
    phase = name;
    left |= !report();
  }

  @Override
  public boolean goOn() {
    long now = clock.millis();
    if (now - reported >= REPORT.toMillis()) {
      reported = now;
      left |= !report();
      few = areTooFew();
    }
    full = isFull(now);
    return !left && !few && !full && !limits.isPaused() && clock.instant().isBefore(latest);
  }

  /** Nothing has moved for a while, and not enough partners have room for another pack's shards. */
  private boolean isFull(long now) {
    long shipped = engine.shipping().bytesShipped();
    if (shipped != lastShipped || lastMove == 0) {
      lastShipped = shipped;
      lastMove = now;
    }
    return bytesLeft() > 0 && now - lastMove > STUCK.toMillis() && engine.partnersFull();
  }

  private boolean report() {
    ShipperProgress shipping = engine.shipping();
    long done = shipping.bytesShipped() - shippedBefore;
    long rate = shipping.bytesPerSecond();
    long eta = rate == 0 ? -1 : shipping.bytesToShip() / rate;
    return sink.report(
        new Progress(phase, done, done + shipping.bytesToShip(), 0, shipping.packs(), rate, eta));
  }

  /** States of files from what is counted: what a head has is as safe as its packs are. */
  static StateCounts counts(DriveSafety safety) {
    TreeCounts tree = safety.tree();
    SafetyTotals packs = safety.packs();
    Amount none = Amount.NONE;
    Amount published = new Amount(tree.publishedFiles(), tree.publishedBytes());
    FileState state = safety.recoding() ? FileState.DEGRADED : packs.placed();
    return new StateCounts(
        new Amount(tree.localFiles(), tree.localBytes()),
        new Amount(tree.shippingFiles(), tree.shippingBytes()),
        state == FileState.LOCKED ? published : none,
        state == FileState.SAFE ? published : none,
        state == FileState.FULL ? published : none,
        state == FileState.DEGRADED ? published : none,
        tree.atLeast());
  }
}
