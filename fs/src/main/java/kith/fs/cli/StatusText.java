package kith.fs.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import kith.fs.DrillTotals;
import kith.fs.FileState;
import kith.fs.node.Amount;
import kith.fs.node.ByteSize;
import kith.fs.node.LimitsInfo;
import kith.fs.node.NodeStatus;
import kith.fs.node.PartnerInfo;
import kith.fs.node.Redundancy;

/** {@code kith status} for people. */
final class StatusText {
  private static final Duration REMIND = Duration.ofDays(30);

  private final StringBuilder text = new StringBuilder();
  private final NodeStatus status;

  private StatusText(NodeStatus status) {
    this.status = status;
  }

  static String of(NodeStatus status, Instant now) {
    var text = new StatusText(status);
    text.head();
    if (status.role() == NodeStatus.Role.NODE) {
      text.files();
      text.space();
      text.moving();
      text.limits();
      text.network();
      text.text.append('\n').append(PartnerCommand.table(status.partners())).append('\n');
    }
    text.warnings(now);
    return text.text.toString().stripTrailing();
  }

  private void head() {
    line("Owner", status.owner());
    String mounted = status.mountPoint() == null ? "not mounted" : "on " + status.mountPoint();
    line("Drive", status.role() == NodeStatus.Role.VIEW ? mounted + ", read-only view" : mounted);
    line("Node", "runs since " + Times.show(status.started()) + ", home " + status.home());
    var spread = status.redundancy();
    line("Spread", (spread.code().isEmpty() ? "" : spread.code() + ": ") + spread.meaning());
    target(spread);
    if (status.search() != null) {
      line("Search", Table.plain(status.search().text()));
    }
    locked();
    line("Proof", status.proof().text());
    var latest = status.latestSnapshot();
    String newest =
        latest == null ? "" : ", the latest " + latest.name() + " (" + latest.state() + ")";
    line("Snapshots", status.snapshots() + newest);
    if (status.kit() != null) {
      line("Kit", status.kit().text());
    }
    if (status.rekey() != null) {
      line("Rekey", status.rekey().text());
    }
    if (status.drills() != null) {
      line("Drill", drills(status.drills()));
    }
  }

  private static String drills(DrillTotals drills) {
    String failed =
        drills.failed() == 0 ? "" : "; " + drills.failed() + " did not come back as they were";
    return String.format(
        Locale.ROOT,
        "%,d of %,d files came back from the partners alone within a year, the last %s%s",
        drills.drilled(),
        drills.files(),
        Times.show(drills.last()),
        failed);
  }

  /** What commitment periods mean for this machine. */
  private void locked() {
    List<PartnerInfo> locked =
        status.partners().stream().filter(partner -> partner.lockedUntil() != null).toList();
    if (!locked.isEmpty()) {
      var last = locked.stream().map(PartnerInfo::lockedUntil).max(Instant::compareTo);
      line(
          "Locked",
          "nothing is read back from "
              + locked.size()
              + " of "
              + status.partners().size()
              + " partners yet, from the last before "
              + Times.show(last.orElseThrow())
              + ": what only they have stays on this machine, too");
    }
  }

  private void target(Redundancy spread) {
    Integer wanted = spread.partnersWanted();
    if (!spread.target().isEmpty()) {
      String looked =
          wanted == null ? "no number of partners would do" : wanted + " partners are wanted";
      line("Target", spread.target() + (spread.targetMet() ? ": met; " : ": not met; ") + looked);
    }
    if (spread.annualLoss() != null) {
      line(
          "Model",
          String.format(
              Locale.ROOT,
              "lost within a year: %.1e; not to be read at a given moment: %.1e (%s)",
              spread.annualLoss(),
              spread.unavailable(),
              spread.assumptions()));
    }
  }

  private void files() {
    text.append('\n');
    var table = new Table("STATE", "FILES", "BYTES", "");
    for (var state : FileState.values()) {
      var amount = status.files().in(state);
      if (amount.files() > 0) {
        row(table, state.toString(), amount, meaning(state));
      }
    }
    row(table, "total", status.files().total(), "");
    text.append(table).append('\n');
  }

  private void row(Table table, String state, Amount amount, String meaning) {
    String least = status.files().atLeast() ? "at least " : "";
    String files = String.format(Locale.ROOT, "%s%,d", least, amount.files());
    table.row(state, files, least + ByteSize.show(amount.bytes()), meaning);
  }

  private static String meaning(FileState state) {
    return switch (state) {
      case LOCAL -> "only on this machine";
      case SHIPPING -> "on the way to partners";
      case LOCKED -> "as safe, but a partner is in its commitment period";
      case SAFE -> "can be restored, on enough partners";
      case FULL -> "can be restored, on all partners that the code asks for";
      case DEGRADED -> "was safe, now on too few partners";
    };
  }

  private void space() {
    var space = status.space();
    line(
        "Used",
        of(space.used(), space.usable()) + ", " + show(space.atPartners()) + " as kept there");
    line(
        "Here",
        "cache "
            + of(space.cache(), space.cacheLimit())
            + " ("
            + show(space.evictable())
            + " can leave), disk "
            + show(space.diskFree())
            + " free, "
            + show(space.reserve())
            + " in reserve");
    if (space.writesHeld() > 0) {
      line("Writing", space.writesHeld() + " held back");
    }
    var capacity = status.capacity();
    line(
        "For others",
        of(space.heldForOthers(), capacity.promised()) + " promised; " + capacity.text());
  }

  private void moving() {
    var moving = status.moving();
    if (moving.packs() > 0) {
      line(
          "Moving",
          String.format(
              Locale.ROOT,
              "%,d packs don't meet the target yet, %s to put",
              moving.packs(),
              show(moving.bytes())));
    }
  }

  private void limits() {
    LimitsInfo limits = status.limits();
    if (!limits.equals(LimitsInfo.NONE)) {
      line("Limits", LimitsCommand.text(limits));
    }
  }

  private void network() {
    var network = status.network();
    String told = network.addresses().isEmpty() ? "no address" : shortened(network.addresses());
    String router = network.mapping().isEmpty() ? "" : "; router: " + network.mapping();
    String carried =
        network.carried() == 0
            ? ""
            : "; "
                + show(network.carried())
                + " relayed for partners, "
                + network.circuits()
                + " circuits now";
    line("Network", "others are told " + told + router + carried);
  }

  private static String shortened(java.util.List<String> addresses) {
    int more = addresses.size() - 2;
    String few = String.join(", ", addresses.subList(0, Math.min(2, addresses.size())));
    return more > 0 ? few + " and " + more + " more" : few;
  }

  private void warnings(Instant now) {
    status.warnings().forEach(warning -> text.append("Warning: ").append(warning).append('\n'));
    var expires = status.credentialExpires();
    if (expires != null && expires.isBefore(now.plus(REMIND))) {
      text.append("Warning: this node's credential expires ")
          .append(Times.show(expires))
          .append(": 'kith init --renew', then restart the node\n");
    }
  }

  private static String of(long part, long whole) {
    return show(part) + " of " + show(whole);
  }

  private static String show(long bytes) {
    return ByteSize.show(bytes);
  }

  private void line(String name, String value) {
    text.append(String.format("%-11s %s%n", name, value));
  }
}
