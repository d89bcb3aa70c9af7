/**
 * Whom to take for a partner, how many of them, and what each gets: policy without a clock, a disk
 * or a network, the same for the same inputs, which the node and a simulation share.
 *
 * <p>Facts about a node are a {@code Candidate}; {@code Choice} judges it against {@code Wishes}
 * and the present partners, criterion by criterion, and says why. How many partners a {@code
 * Target} wants, and by which code, is {@code Growth}, which asks the {@code LossModel}. {@code
 * Placement} spreads the shards of a pack over the partners, {@code UsableSpace} tells what fits,
 * and {@code Capacity} what a node may promise to others. {@code Schedule}, {@code Availability}
 * and {@code NetworkPrefix} are what the facts are made of. Knows ids and codes, nothing else of
 * the product.
 */
package kith.peer.choice;
