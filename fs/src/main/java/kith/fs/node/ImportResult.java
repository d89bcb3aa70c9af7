package kith.fs.node;

import java.util.List;

/**
 * What an import has done. Paths are below the source, as text: with {@code \xNN} for bytes that
 * are not UTF-8.
 *
 * @param path where it is in the drive
 * @param dryRun whether nothing was done, and what would be is told
 * @param imported regular files that were new or had changed
 * @param unchanged regular files that the drive had already
 * @param folders made or found
 * @param others symlinks, fifos, sockets and devices
 * @param failures how many things were not imported
 * @param failed the first of them
 * @param changes how many files changed while they were read, so that what was taken may be of two
 *     times
 * @param changed the first of them
 * @param leftOut folders that were passed over on purpose
 */
public record ImportResult(
    String path,
    boolean dryRun,
    Amount imported,
    Amount unchanged,
    long folders,
    long others,
    long failures,
    List<ProblemInfo> failed,
    long changes,
    List<ProblemInfo> changed,
    List<ProblemInfo> leftOut) {}
