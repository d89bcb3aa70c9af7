package kith.fs.cli;

import java.util.List;
import java.util.concurrent.Callable;
import kith.fs.node.AuditResult;
import kith.fs.node.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith audit}. */
@Command(
    name = "audit",
    description = {
      "Let partners prove now that they have what they keep for you.",
      "It happens by itself all day long; 'kith status' shows what came of it.",
      "Exit code 19 if one has lost something or proves it wrongly."
    })
final class AuditCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Parameters(
      arity = "0..1",
      paramLabel = "PARTNER",
      description = "Name, or the beginning of the owner id (default: all).")
  private String partner;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  AuditCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    List<AuditResult> results = kith.node().audit(partner);
    kith.print("%s", json ? JsonOutput.of(results) : table(results));
    boolean bad = results.stream().anyMatch(AuditResult::isBad);
    return (bad ? ExitCode.AUDIT_FAILED : ExitCode.OK).number();
  }

  private static String table(List<AuditResult> results) {
    if (results.isEmpty()) {
      return "no partners";
    }
    var table = new Table("PARTNER", "OUTCOME", "");
    for (AuditResult result : results) {
      table.row(result.label(), result.outcome() == null ? "-" : result.outcome(), result.text());
    }
    return table.toString().stripTrailing();
  }
}
