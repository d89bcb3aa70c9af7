/**
 * How partners are held to their word: policy without a clock, a disk or a network, the same for
 * the same inputs, which the node and a simulation share.
 *
 * <p>{@code AuditPace} says when an owner audits a holder, {@code AuditDraw} which blocks a round
 * is about, and {@code AuditOutcome} how it may end.
 */
package kith.peer.conduct;
