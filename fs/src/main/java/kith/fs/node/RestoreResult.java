package kith.fs.node;

import java.util.List;

/**
 * What a restore has done. Paths are below the folder that was restored, as text: with {@code \xNN}
 * for bytes that are not UTF-8.
 *
 * @param snapshot its name
 * @param destination where it is
 * @param dryRun whether nothing was done, and what would be is told
 * @param restored regular files that were not there, or were others
 * @param unchanged regular files that were there already
 * @param folders made or found
 * @param others symlinks, fifos, sockets and devices
 * @param links names beside the first of hard-linked files
 * @param failures how many things were not restored
 * @param failed the first of them
 * @param lost what the destination could not keep
 * @param free bytes that its filesystem has room for
 */
public record RestoreResult(
    String snapshot,
    String destination,
    boolean dryRun,
    Amount restored,
    Amount unchanged,
    long folders,
    long others,
    long links,
    long failures,
    List<ProblemInfo> failed,
    List<Lost> lost,
    long free) {
  /**
   * What could not be kept.
   *
   * @param what a word for programs
   * @param meaning a clause for people
   * @param files of how many
   * @param first path of one of them
   * @param harmless whether that is as usual for who is not root
   */
  public record Lost(String what, String meaning, long files, String first, boolean harmless) {}

  /** Whether all is there as it was. */
  public boolean isWhole() {
    return failures == 0 && lost.stream().allMatch(Lost::harmless);
  }
}
