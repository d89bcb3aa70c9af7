package kith.fs.node;

import java.time.Instant;
import kith.fs.FileState;

/**
 * A snapshot.
 *
 * @param name its folder name
 * @param time when it was taken
 * @param state how safe it is
 * @param content its files
 * @param held whether it can't be dropped until it is released
 */
public record SnapshotInfo(
    String name, Instant time, FileState state, Amount content, boolean held) {}
