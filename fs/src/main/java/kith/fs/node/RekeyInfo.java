package kith.fs.node;

import java.time.Instant;
import java.time.ZoneOffset;

/**
 * How far it is known that a drive's kit was replaced.
 *
 * @param rekeys how many there were
 * @param last when the last one was
 * @param partners who should know
 * @param told how many of them do, and refuse who has a former kit
 */
public record RekeyInfo(int rekeys, Instant last, int partners, int told) {
  /** In a line. */
  public String text() {
    String day = last.atZone(ZoneOffset.UTC).toLocalDate().toString();
    return told == partners
        ? "all " + partners + " partners refuse who comes with the kit of before " + day
        : told
            + " of "
            + partners
            + " partners know that the kit was replaced on "
            + day
            + "; the others hear of it when they are there. Until all do, a former kit opens there"
            + " what was written before";
  }
}
