package kith.fs.node;

import java.util.List;
import kith.fs.PathProblem;

/**
 * Something that could not be imported or restored as it is.
 *
 * @param path as text: with {@code \\xNN} for bytes that are not UTF-8
 * @param reason a clause for people
 */
public record ProblemInfo(String path, String reason) {
  static List<ProblemInfo> of(List<PathProblem> problems) {
    return problems.stream()
        .map(each -> new ProblemInfo(SnapshotName.show(each.path()), each.reason()))
        .toList();
  }
}
