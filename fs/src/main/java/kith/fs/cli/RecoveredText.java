package kith.fs.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kith.fs.node.RecoveredInfo;
import kith.fs.node.TakeoverInfo;

/** What {@code kith recover} says at the end. */
final class RecoveredText {
  private RecoveredText() {}

  static String of(RecoveredInfo found, Path home) {
    List<String> lines = new ArrayList<>();
    lines.add("This machine is the drive's node again, as epoch " + found.epoch() + ", in " + home);
    lines.add("Owner id: " + found.owner());
    lines.add(
        "Found: everything as of "
            + Times.show(found.head())
            + " (epoch "
            + found.headEpoch()
            + "), "
            + found.snapshots()
            + " snapshots");
    lines.add("Partners: " + found.answered() + " of " + found.partners().size() + " answered");
    for (RecoveredInfo.PartnerTold partner : found.partners()) {
      lines.add("  " + partner.name() + "  " + said(partner));
    }
    if (found.answered() < found.needed()) {
      lines.add(
          "Warning: "
              + found.needed()
              + " partners are needed to read anything; the rest comes back when they do.");
    }
    lines.add("");
    lines.add("Reading and writing go on at once. " + untilThen(found));
    lines.add("What this machine kept for others is gone; they are told.");
    lines.add("");
    lines.add(
        "Next: kith mount FOLDER    to use it: all is shown at once, and comes back by itself");
    lines.add("      kith status          to see how far it is");
    lines.add("If the old machine still runs: 'kith takeover confirm' there ends the wait;");
    lines.add("this machine is " + TakeoverInfo.brief(found.machine()) + ".");
    lines.add(
        "What was written there since and is at no partner: 'kith export-unsent DEST' there.");
    return String.join("\n", lines);
  }

  private static String said(RecoveredInfo.PartnerTold partner) {
    if (!partner.answered()) {
      return "did not answer: it is asked again";
    }
    return partner.left() == null ? "has not heard of this machine yet" : "knows this machine";
  }

  private static String untilThen(RecoveredInfo found) {
    Optional<Duration> longest =
        found.partners().stream()
            .map(RecoveredInfo.PartnerTold::left)
            .filter(Objects::nonNull)
            .max(Duration::compareTo);
    long hours = longest.map(left -> (left.toMinutes() + 59) / 60).orElse(0L);
    return hours == 0
        ? "Nothing is to be waited for."
        : "For "
            + hours
            + " hours partners drop nothing for it, and still take what the old machine sends.";
  }
}
