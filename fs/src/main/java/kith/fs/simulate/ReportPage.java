package kith.fs.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kith.fs.simulate.Report.Population;

/** A report as a page that needs nothing else: tables, and charts as inline SVG. Stateless. */
public final class ReportPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>kith simulate</title>
      <style>
      body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 60em; color: #222 }
      table { border-collapse: collapse; margin: 1em 0 }
      td, th { padding: .2em .8em; text-align: right }
      td:first-child, th:first-child { text-align: left } tr:nth-child(even) { background: #f3f3f3 }
      h2 { margin-top: 2em } svg { margin: .5em 0 }
      </style></head><body>
      """;

  private ReportPage() {}

  /** The page of one run. */
  public static String of(Report report) {
    var page = new StringBuilder(HEAD);
    page.append("<h1>").append(Charts.escaped(report.scenario())).append("</h1><p>");
    page.append(Charts.escaped(report.about())).append(' ');
    page.append(
        String.format(
            Locale.ROOT,
            "%d nodes, %.2f years, seed %d; grace %.0f days, commitment %.0f; %.0f GiB each;"
                + " of one node's kind %.2f are lost for good a year.</p>",
            report.nodes(),
            report.years(),
            report.seed(),
            report.graceDays(),
            report.commitmentDays(),
            report.driveGiB(),
            report.losses()));
    storage(page, report.populations());
    traffic(page, report);
    durability(page, report.durability());
    cheats(page, report.populations());
    return page.append("</body></html>\n").toString();
  }

  /** The page of a sweep. */
  public static String of(Sweep.Result sweep) {
    var page = new StringBuilder(HEAD);
    page.append("<h1>Does it pay to hop?</h1><p>Space lent to others, for the space at others out")
        .append(" of which one needs to restore, by how long the commitment is.</p>");
    List<double[]> hops = new ArrayList<>();
    List<double[]> honest = new ArrayList<>();
    for (Sweep.Point point : sweep.points()) {
      hops.add(new double[] {point.commitmentDays(), point.hops()});
      honest.add(new double[] {point.commitmentDays(), point.honest()});
    }
    page.append(
        Charts.lines(
            "commitment in days, grace " + Charts.number(sweep.graceDays()),
            List.of(new Charts.Curve("hops", hops), new Charts.Curve("honest", honest))));
    page.append("<table><tr><th>commitment</th><th>hops</th><th>honest</th></tr>");
    for (Sweep.Point point : sweep.points()) {
      row(page, Charts.number(point.commitmentDays()), point.hops(), point.honest());
    }
    page.append("</table><p>It begins to cost more than honesty at a commitment of ")
        .append(Charts.number(sweep.breakEvenDays()))
        .append(" days.</p>");
    return page.append("</body></html>\n").toString();
  }

  private static void row(StringBuilder page, String label, Number... values) {
    page.append("<tr><td>").append(Charts.escaped(label)).append("</td>");
    for (Number value : values) {
      page.append("<td>").append(Charts.number(value.doubleValue())).append("</td>");
    }
    page.append("</tr>");
  }

  private static void storage(StringBuilder page, List<Population> populations) {
    page.append("<h2>Storage that each kind gives and gets</h2>")
        .append("<p>GiB, averaged over the run, for one node.</p>");
    List<Charts.Row> rows = new ArrayList<>();
    for (Population each : populations) {
      rows.add(
          new Charts.Row(
              each.name(), List.of(each.kept(), each.served(), each.lent(), each.usable())));
    }
    page.append(Charts.bars(List.of("keeps", "could restore", "lends", "could use"), rows));
    page.append("<table><tr><th>kind</th><th>node-years</th><th>keeps</th><th>could restore</th>")
        .append("<th>takes</th><th>lends</th><th>could use</th>")
        .append("<th>lends for its use</th><th>by estates</th>")
        .append("<th>keeps, waived</th><th>restorable, waived</th></tr>");
    for (Population each : populations) {
      row(
          page,
          each.name(),
          each.nodeYears(),
          each.kept(),
          each.served(),
          each.taken(),
          each.lent(),
          each.usable(),
          each.lentForUse(),
          each.estate(),
          each.keptWaived(),
          each.servedWaived());
    }
    page.append("</table>");
  }

  private static void traffic(StringBuilder page, Report report) {
    Report.Traffic traffic = report.traffic();
    page.append("<h2>Traffic</h2><p>GiB a year of an honest node.</p>");
    page.append(
        Charts.bars(
            List.of("sent", "read"),
            List.of(
                new Charts.Row("repair", List.of(traffic.repairSent(), traffic.repairRead())),
                new Charts.Row("oracle", List.of(traffic.oracleSent(), traffic.oracleRead())))));
    page.append("<table><tr><th></th><th></th></tr>");
    row(page, "repair, of the oracle's", traffic.ratio());
    row(page, "sent before a holder had reneged", traffic.repairEarly());
    row(page, "placed for the first time", traffic.placed());
    row(page, "partners replaced a year", traffic.replaced());
    row(page, "of these, not gone", traffic.falseAlarms());
    row(page, "drives restored", traffic.restores());
    row(page, "of these, late", traffic.late());
    page.append("</table><table><tr><th>kind</th><th>sends</th><th>receives</th>")
        .append("<th>audits, MB a day</th></tr>");
    for (Population each : report.populations()) {
      row(page, each.name(), each.sent(), each.received(), each.auditMegabytesADay());
    }
    page.append("</table>");
  }

  private static void durability(StringBuilder page, Report.Durability durability) {
    page.append("<h2>Loss of honest drives</h2><table><tr><th></th><th></th></tr>");
    row(page, "node-years", durability.nodeYears());
    row(page, "target, a year", durability.target());
    row(page, "drives of which something is nowhere any more", durability.lost());
    row(page, "95% upper bound of that, a year", durability.upper());
    row(page, "drives of which something was at no partners", durability.atPartners());
    row(page, "95% upper bound of that, a year", durability.atPartnersUpper());
    row(page, "more partners lost at once than the code survives", durability.sets());
    row(page, "the same, a year", durability.setsRate());
    row(page, "the same by the closed formula", durability.formula());
    row(page, "partners on average", durability.partners());
    page.append("</table><p>Codes: ")
        .append(Charts.escaped(durability.codes().toString()))
        .append("</p>");
  }

  private static void cheats(StringBuilder page, List<Population> populations) {
    page.append("<h2>Who cheats, until noticed</h2><table><tr><th>kind</th><th>agreements</th>")
        .append("<th>noticed</th><th>after days</th><th>at most</th><th>reads refused</th>")
        .append("<th>part in lost groups</th></tr>");
    for (Population each : populations) {
      if (each.cheated() > 0) {
        row(
            page,
            each.name(),
            each.cheated(),
            each.caught(),
            each.caughtAfterDays(),
            each.slowestDays(),
            each.refused(),
            each.harm());
      }
    }
    page.append("</table>");
  }
}
