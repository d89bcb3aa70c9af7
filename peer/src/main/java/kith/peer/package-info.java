/**
 * Other nodes: who they are, how to talk to them, what was agreed with them, and what is kept for
 * them. Knows ids, keys and stores of codec and index, not the drive.
 *
 * <p>Outwards: {@code PeerClient} finds a {@code Link} in {@code Links}, which dials over a {@code
 * Network}; a request becomes a {@code Frame} (header, CBOR control part, raw bytes) on a TLS
 * channel. Inwards: {@code FrameReader} cuts frames, {@code NettyLink} hands requests to workers,
 * {@code HolderService} decides who may ask and calls {@code Uploads}, {@code Holdings} or {@code
 * Invitations}, which answer after the disk did.
 *
 * <p>Whoever speaks is known by his {@code Credential}, an owner key's word for a machine's TLS
 * key, checked inside the handshake ({@code PeerTrust}) and beside every signature ({@code
 * SignedRecord}).
 *
 * <p>Finding: {@code RecordExchange} publishes this node's {@code NodeRecord} and asks partners,
 * brokers ({@code BrokerService}) and nodes that {@code LocalDiscovery} sees what they know, page
 * by page ({@code RecordTalk}); {@code KnownNodes} keeps the newest of each owner.
 *
 * <p>Threads: the event loops and workers of {@code NettyNetwork}, the callers', and those of the
 * library behind {@code ShownNetwork}. Event loops never block. Locks, none of which is held across
 * network I/O: a slot of {@code Links}; the {@code InvitationRows}, then the {@code PartnerBook};
 * one mirror of {@code LedgerMirrors}; the {@code KnownNodes}; {@code LocalDiscovery}, then the
 * {@code ShownNodes}.
 */
package kith.peer;
