package kith.fs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kith.fs.node.Progress;
import kith.fs.simulate.Report;
import kith.fs.simulate.ReportPage;
import kith.fs.simulate.Scenario;
import kith.fs.simulate.Scenarios;
import kith.fs.simulate.Simulation;
import kith.fs.simulate.Sweep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith simulate}. */
@Command(
    name = "simulate",
    description = {
      "Simulate many nodes over years: who gives and gets how much, and what is lost.",
      "It runs what real nodes decide by; only bytes, time and people are made up."
    })
final class SimulateCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      defaultValue = "usual",
      description = "What happens (default: ${DEFAULT-VALUE}); --list names them.")
  private String scenario;

  @Option(names = "--list", description = "Only say which scenarios there are.")
  private boolean list;

  @Option(
      names = "--nodes",
      paramLabel = "NUMBER",
      description = "At any time, 20 to 200000 (default: 10000).")
  private Integer nodes;

  @Option(names = "--years", paramLabel = "NUMBER", description = "0.1 to 100 (default: 5).")
  private Double years;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of all chance; the same one gives the same run (default: 1).")
  private Long seed;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "Of all agreements, as in 14d (default: 21d).")
  private Duration grace;

  @Option(
      names = "--commitment",
      paramLabel = "TIME",
      description = "Of agreements between strangers (default: 28d).")
  private Duration commitment;

  @Option(
      names = "--rare",
      description = {
        "Let nodes be lost more often, and weigh what follows: for losses that are too rare",
        "to be counted. Honest nodes only, without absences."
      })
  private boolean rare;

  @Option(
      names = "--sweep",
      description = "Run the scenario with many commitments: from which on does hopping not pay?")
  private boolean sweep;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report there as JSON.")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Write it there as a page.")
  private Path html;

  SimulateCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      var table = new Table("SCENARIO", "WHAT HAPPENS");
      Scenarios.all().forEach(each -> table.row(each.name(), each.about()));
      kith.print("%s", table.toString().stripTrailing());
      return 0;
    }
    Scenario chosen = chosen();
    try (var line = new ProgressLine(kith.surroundings())) {
      Simulation.Watcher watcher = share -> show(line, share);
      if (sweep) {
        Sweep.Result result = Sweep.of(chosen, watcher);
        line.clear();
        write(result, ReportPage.of(result));
        kith.print("%s", SimulateText.of(result));
      } else {
        Report report = (rare ? Simulation.rare(chosen) : new Simulation(chosen)).run(watcher);
        line.clear();
        write(report, ReportPage.of(report));
        kith.print("%s", SimulateText.of(report));
      }
    }
    return 0;
  }

  private static void show(ProgressLine line, double share) {
    line.report(new Progress("simulating", 0, 0, Math.round(1000 * share), 1000, 0, -1));
  }

  private Scenario chosen() throws Exception {
    Scenario named =
        Scenarios.named(scenario.toLowerCase(Locale.ROOT))
            .orElseThrow(() -> KithCommand.usage("no scenario '" + scenario + "': " + names()));
    try {
      Scenario.Size usual = named.size();
      var size =
          new Scenario.Size(
              nodes == null ? usual.nodes() : nodes,
              years == null ? usual.years() : years,
              seed == null ? usual.seed() : seed);
      return named.with(size).with(named.terms().with(grace, commitment));
    } catch (IllegalArgumentException e) {
      throw KithCommand.usage(e.getMessage());
    }
  }

  private static String names() {
    return Scenarios.all().stream().map(Scenario::name).collect(Collectors.joining(", "));
  }

  private void write(Object report, String page) throws IOException {
    if (json != null) {
      Files.writeString(json, JsonOutput.of(report) + "\n");
    }
    if (html != null) {
      Files.writeString(html, page);
    }
  }
}
