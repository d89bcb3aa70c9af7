package kith.fs.node;

import java.time.Instant;

/**
 * A snapshot.
 *
 * @param name its folder name
 * @param time when it was taken
 * @param state how safe it is
 * @param content its files
 */
public record SnapshotInfo(String name, Instant time, FileState state, Amount content) {}
