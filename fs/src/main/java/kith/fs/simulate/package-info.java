/**
 * Many nodes over years, in virtual time: {@code kith simulate}. What honest nodes decide is
 * decided by the classes by which real ones do; only bytes, time and people are made up.
 *
 * <p>A {@code Scenario} says what happens. {@code Simulation} takes one event after the other from
 * the {@code EventQueue}; {@code Churn} lets nodes come, go, burn, be away and cheat, {@code
 * Newcomers} draws what they are. What there is stands in columns: {@code Nodes}, {@code Pairs}
 * (agreements), {@code Drives} (where owners think that their shards are) and {@code Truth} (where
 * they are), which {@code World} changes together. Once a day each node does what is due ({@code
 * Days}): the world draws what others answer, and the classes called {@code Honest...} decide -
 * conduct, search, growth, repair - through {@code kith.peer.conduct}, {@code kith.peer.choice} and
 * the negotiation policy. They know nothing that a node would not know. {@code Gossip} is what
 * nodes say of each other, {@code Tally} and {@code Cycles} count, {@code Report} and {@code
 * ReportPage} show it.
 *
 * <p>All of it runs on one thread, and the same seed gives the same run.
 */
package kith.fs.simulate;
