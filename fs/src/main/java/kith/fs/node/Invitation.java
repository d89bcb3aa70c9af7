package kith.fs.node;

import java.time.Instant;

/**
 * An invitation that waits to be accepted, once.
 *
 * @param code what to tell the other person; a secret until it is used
 * @param expires when it becomes void
 */
public record Invitation(String code, Instant expires) {}
