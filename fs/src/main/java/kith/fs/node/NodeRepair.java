package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.codec.OwnerId;
import kith.fs.RepairPlan;
import kith.peer.Partner;

/**
 * {@code kith repair}: shows what is to be repaired, lets it be done without the pauses that there
 * are otherwise, and waits for it. The duties of the node do the work. For one thread.
 */
final class NodeRepair {
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** Nothing moves for so long, and all that is left nobody can take. */
  private static final Duration STUCK = Duration.ofSeconds(10);

  private final NodeCore core;
  private final CountDownLatch never = new CountDownLatch(1);

  NodeRepair(NodeCore core) {
    this.core = core;
  }

  /** What is to be repaired now. */
  RepairResult show() throws IOException {
    RepairPlan plan = core.engine().moving().repairs();
    return new RepairResult(lines(plan), lines(plan));
  }

  /** Waits until all is done that does not wait for somebody to return. */
  RepairResult run(Duration timeout, ProgressSink sink)
      throws IOException, NodeException, InterruptedException {
    Instant latest = core.now().plus(timeout);
    RepairPlan found = core.engine().moving().repairs();
    RepairPlan left = found;
    Instant moved = core.now();
    core.engine().moving().hurry();
    while (!left.due().lines().isEmpty()) {
      requireAwake();
      boolean goOn = sink.report(progress(found.due(), left.due()));
      if (!goOn || !core.now().isBefore(latest)) {
        throw new NodeException(ExitCode.NOT_YET_SAFE, "not all is repaired: " + words(left.due()));
      }
      requireTakers(left.due(), moved);
      if (never.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody counts it down");
      }
      RepairPlan before = left;
      left = core.engine().moving().repairs();
      moved = left.equals(before) ? moved : core.now();
    }
    return new RepairResult(lines(found), lines(left));
  }

  private void requireAwake() throws NodeException {
    if (core.limits().isPaused()) {
      throw new NodeException(
          ExitCode.PAUSED, "the node is paused: nothing is repaired; 'kith resume' lets it go on");
    }
  }

  private void requireTakers(RepairPlan left, Instant moved) throws NodeException {
    boolean still = !core.now().isBefore(moved.plus(STUCK));
    if (still && left.stuck() == left.shards()) {
      throw new NodeException(
          ExitCode.NOT_ENOUGH_PARTNERS,
          "no partner has room for the rest, or is there: "
              + words(left)
              + ". Invite another ('kith partner invite'), or agree on more space ('kith partner"
              + " amend')");
    }
  }

  private static String words(RepairPlan plan) {
    return plan.shards() + " shards, " + ByteSize.show(plan.bytes()) + " are left";
  }

  private static Progress progress(RepairPlan found, RepairPlan left) {
    long bytes = Math.max(found.bytes(), left.bytes());
    long shards = Math.max(found.shards(), left.shards());
    return Progress.of(
        "repairing",
        new Progress.Counted(bytes - left.bytes(), bytes),
        new Progress.Counted(shards - left.shards(), shards));
  }

  private List<RepairResult.Line> lines(RepairPlan plan) {
    return plan.lines().stream().map(this::line).toList();
  }

  private RepairResult.Line line(RepairPlan.Line line) {
    String when =
        line.waits()
            ? "waits"
            : line.haste() == kith.peer.conduct.RepairOrder.Haste.NOW ? "now" : "idle";
    return new RepairResult.Line(
        line.why().name().toLowerCase(Locale.ROOT),
        line.holder().toString(),
        name(line.holder()),
        when,
        line.spare(),
        line.shards(),
        line.bytes(),
        line.stuck());
  }

  private String name(OwnerId owner) {
    return core.book()
        .find(owner)
        .map(Partner::name)
        .filter(name -> !name.isEmpty())
        .orElse(owner.brief());
  }
}
