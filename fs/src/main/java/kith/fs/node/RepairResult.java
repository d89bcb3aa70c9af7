package kith.fs.node;

import java.util.List;

/**
 * What was to be repaired, and what still is.
 *
 * @param found when it began, the most urgent first
 * @param left at the end
 */
public record RepairResult(List<Line> found, List<Line> left) {
  /**
   * Shards that are alike.
   *
   * @param why lost, gone, doubted or near
   * @param owner who has them, or had
   * @param partner his name; his owner id where he has none
   * @param when now, idle (when nothing else is to be done) or waits (for him to return)
   * @param spare so many more shards of such a pack may be lost
   * @param bytes of these shards
   * @param stuck how many nobody can take now
   */
  public record Line(
      String why,
      String owner,
      String partner,
      String when,
      int spare,
      long shards,
      long bytes,
      long stuck) {}

  public RepairResult {
    found = List.copyOf(found);
    left = List.copyOf(left);
  }
}
