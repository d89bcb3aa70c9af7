package kith.fs.node;

import java.util.List;

/**
 * What was saved of a machine's files that are in no head that partners have. Paths are text, with
 * {@code \xNN} for bytes that are not UTF-8.
 *
 * @param restored what was written, and what could not be
 * @param compared whether it is known here what partners have; else everything was taken
 * @param changes names that were deleted, moved or added, which the folder does not show
 * @param moreChanges how many there are besides
 * @param snapshots that no partner has; what they have and the live tree has not is not saved
 */
public record UnsentResult(
    RestoreResult restored,
    boolean compared,
    List<Change> changes,
    long moreChanges,
    List<String> snapshots) {
  /**
   * A change of names.
   *
   * @param from path in the head; null for a name that was added
   * @param to path on this machine; null for one that was deleted
   */
  public record Change(String from, String to) {}

  public UnsentResult {
    changes = List.copyOf(changes);
    snapshots = List.copyOf(snapshots);
  }
}
