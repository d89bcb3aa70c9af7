package kith.fs.node;

import java.time.Instant;
import java.time.ZoneOffset;

/**
 * The kit that was printed last, and how good it is by now.
 *
 * @param printed when; null if no kit was printed yet
 * @param named partners that it names
 * @param left how many of them are partners still: each one is enough to find the others
 * @param missing partners that it doesn't name
 */
public record KitInfo(Instant printed, long named, long left, long missing) {
  /** None was printed. */
  static KitInfo none(long partners) {
    return new KitInfo(null, 0, 0, partners);
  }

  /** In a line. */
  public String text() {
    if (printed == null) {
      return "not printed yet: 'kith kit' writes the page that brings the drive back";
    }
    String day = "printed " + printed.atZone(ZoneOffset.UTC).toLocalDate();
    if (named == 0) {
      return day + ", before there were partners";
    }
    return left == 0
        ? day + "; none of its " + named + " partners is one any more"
        : day
            + "; "
            + (left == named ? "all" : left + " of")
            + " its "
            + named
            + " partners still are: it works until the last of them is gone"
            + (missing == 0 ? "" : "; " + missing + " are not in it");
  }

  /** What to do about it, or null. */
  String warning() {
    if (left + missing == 0) {
      return null; // there is nobody yet who could bring anything back
    }
    if (left == 0) {
      return printed == null
          ? "no kit was printed: without one this drive is lost with this machine. Print it: 'kith"
              + " kit'"
          : "the kit of "
              + printed.atZone(ZoneOffset.UTC).toLocalDate()
              + " names no partner of now: it can't bring the drive back. Print a new one: 'kith"
              + " kit'";
    }
    return 2 * left <= named || left < missing
        ? "partners have changed since the kit was printed: it works until "
            + left
            + " more are gone. Print a new one: 'kith kit'"
        : null;
  }
}
