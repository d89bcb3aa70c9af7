package kith.fs.node;

import java.time.Instant;

/**
 * How far the end of a partnership is.
 *
 * @param ours whether this node gave notice
 * @param told whether the other side knows
 * @param until when both want to have handed over
 * @param overdue whether that time is past
 * @param freedThere whether the partner has freed what it kept for us: we need nothing there
 * @param releasedHere whether the partner needs nothing any more of what is kept here for it
 */
public record LeavingInfo(
    boolean ours,
    boolean told,
    Instant until,
    boolean overdue,
    boolean freedThere,
    boolean releasedHere) {}
