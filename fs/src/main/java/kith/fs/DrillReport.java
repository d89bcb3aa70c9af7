package kith.fs;

import java.util.List;

/**
 * What came of drilling some files.
 *
 * @param files that were compared
 * @param bytes in them
 * @param skipped files that no published head has as they are
 * @param left files for which courtesies were used up
 * @param failed files that did not come back as they were
 * @param told what was wrong at partners on the way
 */
public record DrillReport(
    long files, long bytes, long skipped, long left, List<Failed> failed, List<String> told) {
  /** A file that did not come back. */
  public record Failed(String path, String reason) {}

  public DrillReport {
    failed = List.copyOf(failed);
    told = List.copyOf(told);
  }
}
