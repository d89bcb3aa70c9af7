package kith.fs.node;

import java.util.List;
import kith.fs.DrillReport;

/**
 * What came of a drill.
 *
 * @param drilled files that were restored from the partners alone, and compared
 * @param skipped files that no published head has as they are
 * @param left files for which partners let nothing be read any more today
 * @param failures how many did not come back as they were
 * @param failed the first of them
 * @param told the first things that were wrong at partners, and that others made good
 */
public record DrillResult(
    Amount drilled,
    long skipped,
    long left,
    long failures,
    List<ProblemInfo> failed,
    List<String> told) {
  private static final int MOST = 100;

  static DrillResult of(DrillReport report) {
    return new DrillResult(
        new Amount(report.files(), report.bytes()),
        report.skipped(),
        report.left(),
        report.failed().size(),
        report.failed().stream()
            .limit(MOST)
            .map(each -> new ProblemInfo(each.path(), each.reason()))
            .toList(),
        report.told().stream().limit(MOST).toList());
  }

  /** Whether every file came back. */
  public boolean isWhole() {
    return failures == 0;
  }
}
