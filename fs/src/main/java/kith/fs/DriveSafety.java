package kith.fs;

/**
 * How safe everything in a drive is.
 *
 * @param stagedBytes that wait to be chunked
 * @param lastSnapshot number of the newest snapshot that the published head has; 0 for none
 * @param recoding whether it names places of packs that are coded anew for more partners
 */
public record DriveSafety(
    TreeCounts tree, SafetyTotals packs, long stagedBytes, long lastSnapshot, boolean recoding) {}
