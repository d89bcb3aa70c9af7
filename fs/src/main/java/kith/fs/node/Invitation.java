package kith.fs.node;

import java.time.Instant;

/**
 * An invitation that waits to be accepted, once.
 *
 * @param code what to send to the other person; a secret until it is used
 * @param words the same to be said over the phone, or null if there is no such form
 * @param expires when both become void
 * @param note what keeps others from reaching this node by it, and what to do; empty for nothing
 */
public record Invitation(String code, String words, Instant expires, String note) {}
