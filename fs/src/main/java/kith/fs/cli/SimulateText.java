package kith.fs.cli;

import java.util.Locale;
import kith.fs.simulate.Report;
import kith.fs.simulate.Sweep;

/** What {@code kith simulate} prints. Stateless. */
final class SimulateText {
  private SimulateText() {}

  static String of(Report report) {
    var text = new StringBuilder();
    line(text, "Scenario", "%s: %s", report.scenario(), report.about());
    line(
        text,
        "Size",
        "%d nodes, %s years, seed %d",
        report.nodes(),
        number(report.years()),
        report.seed());
    line(
        text,
        "Terms",
        "grace %s days, commitment %s, %s GiB each",
        number(report.graceDays()),
        number(report.commitmentDays()),
        number(report.driveGiB()));
    var loss = report.durability();
    line(
        text,
        "Loss",
        "%d drives in %s node-years: under %s a year (95%%); target %s",
        loss.lost(),
        number(loss.nodeYears()),
        number(loss.upper()),
        number(loss.target()));
    line(
        text,
        "At partners",
        "%d drives: under %s a year (95%%)",
        loss.atPartners(),
        number(loss.atPartnersUpper()));
    line(
        text,
        "Formula",
        "%s a year; measured likewise %s (%d times)",
        number(loss.formula()),
        number(loss.setsRate()),
        loss.sets());
    var traffic = report.traffic();
    line(
        text,
        "Repair",
        "%s GiB sent and %s read a year, %s times the oracle's",
        number(traffic.repairSent()),
        number(traffic.repairRead()),
        number(traffic.ratio()));
    line(
        text,
        "Replaced",
        "%s partners a year, of whom %s were not gone",
        number(traffic.replaced()),
        number(traffic.falseAlarms()));
    return text.append('\n').append(populations(report)).toString().stripTrailing();
  }

  private static void line(StringBuilder text, String label, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-12s", label))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  private static String populations(Report report) {
    var table =
        new Table("KIND", "NODES", "KEEPS", "RESTORABLE", "RATIO", "CHEATED", "NOTICED", "AFTER");
    for (Report.Population each : report.populations()) {
      table.row(
          each.name(),
          number(each.nodeYears() / report.years()),
          number(each.kept()) + " GiB",
          number(each.served()) + " GiB",
          number(each.keptForServed()),
          String.valueOf(each.cheated()),
          String.valueOf(each.caught()),
          each.caught() == 0 ? "" : number(each.caughtAfterDays()) + " days");
    }
    return table.toString();
  }

  static String of(Sweep.Result sweep) {
    var table = new Table("COMMITMENT", "HOPS", "HONEST");
    for (Sweep.Point point : sweep.points()) {
      table.row(
          number(point.commitmentDays()) + " days", number(point.hops()), number(point.honest()));
    }
    String even =
        Double.isNaN(sweep.breakEvenDays())
            ? "Hopping never costs more than honesty"
            : "Hopping costs more from a commitment of " + number(sweep.breakEvenDays()) + " days";
    return String.format(
        Locale.ROOT,
        "What a node keeps for what it could have restored, with a grace of %s days%n%n%s%n%s on.",
        number(sweep.graceDays()),
        table,
        even);
  }

  /** As many digits as mean something. */
  static String number(double value) {
    if (value != 0 && Math.abs(value) < 0.01) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value)
        .replaceFirst("\\.?0+$", Math.abs(value) < 10 ? "" : "$0");
  }
}
