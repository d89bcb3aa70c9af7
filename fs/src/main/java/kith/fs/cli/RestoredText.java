package kith.fs.cli;

import java.util.Locale;
import kith.fs.node.Amount;
import kith.fs.node.ByteSize;
import kith.fs.node.RestoreResult;

/** What people are told of files that were written into a folder. */
final class RestoredText {
  private final Surroundings surroundings;

  RestoredText(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  static String text(Amount amount) {
    String files = amount.files() == 1 ? "file" : "files";
    return String.format(
        Locale.ROOT, "%,d %s, %s", amount.files(), files, ByteSize.show(amount.bytes()));
  }

  /**
   * What is not as it was.
   *
   * @param done what was done to the others, a word
   */
  void tell(RestoreResult result, String done) {
    var err = surroundings.err();
    for (var lost : result.lost()) {
      err.println(
          "kith: not kept of %,d: %s (%s)"
              .formatted(lost.files(), lost.meaning(), name(result, lost.first())));
    }
    for (var problem : result.failed()) {
      err.println(
          "kith: not %s: %s: %s".formatted(done, name(result, problem.path()), problem.reason()));
    }
    if (result.failures() > result.failed().size()) {
      err.println(
          "kith: not %s: and %d more".formatted(done, result.failures() - result.failed().size()));
    }
    if (result.failures() > 0) {
      err.println("kith: the same command tries again what is missing, and nothing else");
    }
    err.flush();
  }

  private static String name(RestoreResult result, String path) {
    return path.isEmpty() ? result.destination() : path;
  }
}
