package kith.fs.cli;

import java.util.Locale;
import kith.fs.simulate.Report;
import kith.fs.simulate.Sweep;

/** What {@code kith simulate} prints. Stateless. */
final class SimulateText {
  private SimulateText() {}

  static String of(Report report) {
    var text = new StringBuilder();
    line(text, "Scenario", report.scenario() + ": " + report.about());
    line(
        text,
        "Size",
        report.nodes() + " nodes, " + number(report.years()) + " years, seed " + report.seed());
    line(
        text,
        "Terms",
        "grace "
            + number(report.graceDays())
            + " days, commitment "
            + number(report.commitmentDays())
            + ", "
            + number(report.driveGiB())
            + " GiB each");
    loss(text, report.durability());
    repair(text, report.traffic());
    return text.append('\n').append(populations(report)).toString().stripTrailing();
  }

  private static void loss(StringBuilder text, Report.Durability loss) {
    line(
        text,
        "Loss",
        loss.lost()
            + " drives in "
            + number(loss.nodeYears())
            + " node-years: under "
            + number(loss.upper())
            + " a year (95%); target "
            + number(loss.target()));
    line(
        text,
        "At partners",
        loss.atPartners() + " drives: under " + number(loss.atPartnersUpper()) + " a year (95%)");
    line(
        text,
        "Formula",
        number(loss.formula())
            + " a year; measured likewise "
            + number(loss.setsRate())
            + ", under "
            + number(loss.setsUpper())
            + " (95%)");
  }

  private static void repair(StringBuilder text, Report.Traffic traffic) {
    line(
        text,
        "Repair",
        number(traffic.repairSent())
            + " GiB sent and "
            + number(traffic.repairRead())
            + " read a year, "
            + number(traffic.ratio())
            + " times the oracle's");
    line(
        text,
        "Replaced",
        number(traffic.replaced())
            + " partners a year, of whom "
            + number(traffic.falseAlarms())
            + " were not gone");
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(label).append(" ".repeat(12 - label.length())).append(value).append('\n');
  }

  private static String populations(Report report) {
    var table =
        new Table(
            "KIND",
            "NODES",
            "KEEPS",
            "RESTORABLE",
            "LENDS",
            "FOR USE",
            "CHEATED",
            "NOTICED",
            "AFTER");
    for (Report.Population each : report.populations()) {
      table.row(
          each.name(),
          number(each.nodeYears() / report.years()),
          number(each.kept()) + " GiB",
          number(each.served()) + " GiB",
          number(each.lent()) + " GiB",
          number(each.lentForUse()),
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
        "What is lent for what can be used, with a grace of %s days%n%n%s%n%s on.",
        number(sweep.graceDays()),
        table,
        even);
  }

  /** As many digits as mean something. */
  static String number(double value) {
    if (value != 0 && Math.abs(value) < 0.01) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    boolean whole = value == Math.rint(value) || Math.abs(value) >= 10;
    return whole ? String.valueOf(Math.round(value)) : String.format(Locale.ROOT, "%.2f", value);
  }
}
