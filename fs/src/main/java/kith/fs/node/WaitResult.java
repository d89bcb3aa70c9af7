package kith.fs.node;

import java.time.Instant;
import kith.fs.FileState;

/**
 * How a wait ended.
 *
 * @param state safe or full; or locked
 * @param lockedUntil when the last commitment ends, for locked; else null
 * @param content what was waited for
 */
public record WaitResult(FileState state, Instant lockedUntil, Amount content) {}
