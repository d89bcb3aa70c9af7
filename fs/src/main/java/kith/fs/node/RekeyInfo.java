package kith.fs.node;

import java.time.Instant;
import java.time.ZoneOffset;
import kith.fs.ResealProgress;

/**
 * How far it is known that a drive's kit was replaced.
 *
 * @param rekeys how many there were
 * @param last when the last one was
 * @param partners who should know
 * @param told how many of them do, and refuse who has a former kit
 * @param data how far what was written before is sealed by the new keys; null where it is unknown
 */
public record RekeyInfo(int rekeys, Instant last, int partners, int told, ResealProgress data) {
  /** In a line. */
  public String text() {
    return ofPartners() + ofData();
  }

  private String ofData() {
    if (data == null) {
      return "";
    }
    if (data.left() > 0) {
      return "; data of before the rekey: "
          + ByteSize.show(data.left())
          + " of "
          + ByteSize.show(data.left() + data.done())
          + " left to be sealed by the new keys";
    }
    return data.goingAtPartners() > 0
        ? "; data of before the rekey is sealed by the new keys; partners have still to let go of "
            + ByteSize.show(data.goingAtPartners())
            + " (`kith prune --all` begins that at once)"
        : "; data of before the rekey is sealed by the new keys";
  }

  private String ofPartners() {
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
