package kith.fs.cli;

import java.util.concurrent.Callable;
import kith.fs.node.KithVersion;
import picocli.CommandLine.Command;

/** {@code kith version}. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
  private final KithCommand kith;

  VersionCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() {
    print(kith.surroundings());
    return 0;
  }

  static void print(Surroundings surroundings) {
    surroundings.out().println("kith " + KithVersion.TEXT);
  }
}
