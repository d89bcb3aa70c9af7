/**
 * How partners keep their word, and what follows: policy without a clock, a disk or a network, the
 * same for the same inputs, which the node and a simulation share.
 *
 * <p>{@code AuditPace} says when a holder is audited, {@code AuditDraw} which block, and {@code
 * AuditOutcome} what came of it. Outcomes and silence make a {@code Conduct}, which {@code
 * ConductRules} carry on and turn into a {@code Standing}: from suspicion through grace to reneged,
 * or back. The standing decides the {@code Service} that a partner gets, and by {@code RepairOrder}
 * when his shards are made again elsewhere. What others have signed about a node, as {@code
 * Testimony}, becomes its track record by {@code Testimonies}. Time is given as lengths that were
 * observed, never as a date, so that no clock that jumps condemns anybody.
 */
package kith.peer.conduct;
