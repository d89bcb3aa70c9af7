package kith.peer;

import kith.codec.OwnerId;

/**
 * A way to a node that cannot be reached: through a relay, which both dial.
 *
 * @param relay whose node carries it, and where that is
 * @param ticket {@link RelayFields#TICKET} bytes that the relay has given
 * @param other whose node must be at the other end
 * @param calling whether this side opens the link, and is the client of its TLS
 */
record Circuit(Contact relay, byte[] ticket, OwnerId other, boolean calling) {}
