package kith.fs.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kith.fs.node.HomeLimits;
import kith.fs.node.LimitOperations;
import kith.fs.node.LimitsInfo;
import kith.fs.node.NodeNotRunningException;

/**
 * What limit, pause and resume have in common: they ask the running node, or change the home's
 * configuration while none runs, and print what the limits are then.
 */
abstract class LimitsCommand implements Callable<Integer> {
  private final KithCommand kith;

  LimitsCommand(KithCommand kith) {
    this.kith = kith;
  }

  /** Does what the command is for; returns the limits after that. */
  abstract LimitsInfo apply(LimitOperations limits) throws Exception;

  @Override
  public final Integer call() throws Exception {
    kith.print("%s", text(apply()));
    return 0;
  }

  private LimitsInfo apply() throws Exception {
    try {
      return apply(kith.node());
    } catch (NodeNotRunningException e) {
      var clock = kith.surroundings().clock();
      var limits = apply(new HomeLimits(kith.home(), clock, ZoneId.systemDefault()));
      kith.surroundings()
          .err()
          .println("No node runs in " + kith.home() + ": this holds from its next start.");
      return limits;
    }
  }

  static String text(LimitsInfo limits) {
    List<String> parts = new ArrayList<>();
    if (limits.uploadRate() != null) {
      parts.add("upload " + limits.uploadRate());
    }
    if (limits.downloadRate() != null) {
      parts.add("download " + limits.downloadRate());
    }
    if (limits.cpuPercent() != null) {
      parts.add("cpu " + limits.cpuPercent() + "% of a processor");
    }
    if (limits.hours() != null) {
      parts.add("hours " + limits.hours() + " (" + limits.zone() + ")");
    }
    if (limits.resumedUntil() != null) {
      parts.add("resumed until they begin at " + limits.show(limits.resumedUntil()));
    }
    if (limits.pausedUntil() != null) {
      parts.add("paused " + limits.until());
    }
    return parts.isEmpty() ? "no limits" : String.join(", ", parts);
  }
}
