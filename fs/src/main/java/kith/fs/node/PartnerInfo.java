package kith.fs.node;

import java.time.Instant;
import java.util.List;

/**
 * A partner as status and {@code partner list} show it.
 *
 * @param owner its owner id in the printed form
 * @param name as it calls itself
 * @param addresses {@code host:port}, the one that last worked first
 * @param reachability whether it answers
 * @param lastSeen when it last answered, or null for never
 * @param since when the two became partners
 * @param generation of the agreement: 1, and one more for each amendment
 * @param spaceForUs bytes that it keeps for us at most
 * @param usedByUs bytes of ours that it holds
 * @param spaceForThem bytes that we keep for it at most
 * @param usedByThem bytes of its that we hold
 * @param lockedUntil end of its commitment period, or null when it is waived or over
 * @param leaving how far the end of the partnership is, or null for one who stays
 * @param audits what audits of it have shown
 * @param trashOfOurs bytes of usedByUs that nothing needs any more, in its trash
 * @param trashOfTheirs bytes of usedByThem that it does not need any more, in the trash here
 */
public record PartnerInfo(
    String owner,
    String name,
    List<String> addresses,
    Reachability reachability,
    Instant lastSeen,
    Instant since,
    long generation,
    long spaceForUs,
    long usedByUs,
    long spaceForThem,
    long usedByThem,
    Instant lockedUntil,
    LeavingInfo leaving,
    AuditInfo audits,
    long trashOfOurs,
    long trashOfTheirs) {
  public PartnerInfo {
    addresses = List.copyOf(addresses);
  }

  /** Name if there is one, else the owner id. */
  public String label() {
    return name.isEmpty() ? owner : name;
  }
}
