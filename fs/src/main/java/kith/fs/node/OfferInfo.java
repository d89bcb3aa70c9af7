package kith.fs.node;

import java.time.Duration;
import java.time.Instant;

/**
 * An offer that is not decided, or one of ours that was declined lately.
 *
 * @param id by which it is agreed to or declined
 * @param ours whether this node made it
 * @param owner of the other side, in the printed form
 * @param name of the other side
 * @param generation of the agreement that it would be
 * @param spaceForThem bytes that we would keep for them
 * @param spaceForUs bytes that they would keep for us
 * @param until when it is good
 * @param message why it waits
 */
public record OfferInfo(
    String id,
    boolean ours,
    String owner,
    String name,
    long generation,
    long spaceForThem,
    long spaceForUs,
    Duration grace,
    Duration commitment,
    Instant until,
    String message) {}
