package kith.peer;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An invitation without its secrets.
 *
 * @param id 8 hexadecimal digits that name it to its inviter
 * @param number of its form in words; empty if it has none
 * @param wrong how often wrong words were shown
 * @param via where letters to it are taken; empty for nowhere but here
 */
public record InvitationSummary(
    String id,
    OptionalInt number,
    InvitationState state,
    Instant expires,
    InvitationTerms terms,
    int wrong,
    Optional<NodeAddress> via) {}
