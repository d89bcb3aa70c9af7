package kith.fs.node;

/**
 * What may be kept for others.
 *
 * @param bytes as much as the uplink gives back within the repair window; null if it is not known
 * @param promised bytes that others may store here by the agreements that there are
 * @param text in plain words
 */
public record CapacityInfo(Long bytes, long promised, String text) {}
