package kith.fs.node;

import java.time.Instant;
import java.util.Locale;
import kith.peer.InvitationState;
import kith.peer.InvitationSummary;
import kith.peer.NodeAddress;

/**
 * An invitation as {@code partner invitations} shows it, without its secrets.
 *
 * @param id 8 hexadecimal digits
 * @param number of its form in words, or null if it has none
 * @param state open, used, expired or void
 * @param expires when it becomes void
 * @param spaceForThem bytes that it offers
 * @param spaceForUs bytes that it asks for
 * @param wrong how often wrong words were tried
 * @param via the meeting point that takes letters for it, or null
 */
public record InvitationInfo(
    String id,
    Integer number,
    String state,
    Instant expires,
    long spaceForThem,
    long spaceForUs,
    int wrong,
    String via) {
  static InvitationInfo of(InvitationSummary from) {
    return new InvitationInfo(
        from.id(),
        from.number().isPresent() ? from.number().getAsInt() : null,
        from.state().name().toLowerCase(Locale.ROOT),
        from.expires(),
        from.terms().offered(),
        from.terms().wanted(),
        from.wrong(),
        from.via().map(NodeAddress::toString).orElse(null));
  }

  boolean isVoid() {
    return state.equals(InvitationState.VOID.name().toLowerCase(Locale.ROOT));
  }
}
