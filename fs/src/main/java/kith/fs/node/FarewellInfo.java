package kith.fs.node;

import java.time.Instant;

/**
 * What this owner has said of being gone for good.
 *
 * @param gone whether he is; otherwise that was withdrawn
 * @param said when it was signed
 * @param told how many partners have heard it since the node was started
 * @param partners how many there are
 */
public record FarewellInfo(boolean gone, Instant said, int told, int partners) {}
