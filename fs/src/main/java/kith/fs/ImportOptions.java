package kith.fs;

import java.util.Set;

/**
 * How to import.
 *
 * @param dryRun whether to look only
 * @param oneFilesystem whether folders on other filesystems than the source stay empty
 * @param leftOut folders that are not imported: the mounted drive, the node's home
 */
public record ImportOptions(boolean dryRun, boolean oneFilesystem, Set<SourceStat.Id> leftOut) {}
