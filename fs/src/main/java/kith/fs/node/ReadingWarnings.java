package kith.fs.node;

import java.util.ArrayList;
import java.util.List;
import kith.codec.OwnerId;
import kith.peer.Partner;
import kith.peer.ReadingBack;
import kith.peer.RestoreWatch;
import kith.peer.conduct.EstateTerm;

/**
 * What status warns of about restores that were declared, and about estates, on either side. Asks
 * no partner.
 */
final class ReadingWarnings {
  private final NodeCore from;

  ReadingWarnings(NodeCore from) {
    this.from = from;
  }

  List<String> all() {
    List<String> warnings = new ArrayList<>();
    for (Partner partner : from.book().all()) {
      here(partner, warnings);
    }
    RestoreWatch watch = from.partners().watch();
    for (RestoreWatch.Declared each : watch.declared()) {
      warnings.add(
          "a restore of this drive was declared at "
              + name(each.holder())
              + " on "
              + each.at()
              + " by "
              + each.who()
              + ": if that was not you, somebody else has your kit");
    }
    for (RestoreWatch.Estate each : watch.estates()) {
      warnings.add(there(each));
    }
    return warnings;
  }

  /** What is kept here. */
  private void here(Partner partner, List<String> warnings) {
    ReadingBack.Standing standing = from.reading().standing(partner);
    String name = name(partner.id());
    standing
        .restoringUntil()
        .ifPresent(
            until ->
                warnings.add(
                    name
                        + " has declared a restore: until "
                        + until
                        + " it may read back all that is kept for it here"));
    if (standing.estate() == EstateTerm.Phase.ESTATE) {
      warnings.add(
          name
              + " is silent for longer than was agreed, or did not keep its word: what is kept for"
              + " it here is an estate, for a declared restore, for "
              + standing.left().toDays()
              + " days more");
    } else if (standing.estate() == EstateTerm.Phase.OVER) {
      warnings.add(
          "what was kept for "
              + name
              + " is given up; the agreement ends when nothing of yours is needed there");
    }
  }

  /** What is kept there. */
  private String there(RestoreWatch.Estate estate) {
    String why =
        estate.cause() == EstateTerm.Cause.RENEGED
            ? " found that this node did not keep its word"
            : " heard nothing of this node for longer than was agreed";
    if (estate.phase() == EstateTerm.Phase.OVER) {
      return name(estate.holder())
          + why
          + ": what it kept is given up, and nothing more is kept there. Part from it with 'kith"
          + " partner remove'";
    }
    String now =
        estate.returned().isPresent()
            ? ": what it keeps was an estate until this node came back, on "
                + estate.returned().get()
            : ": what it keeps is an estate, which a declared restore alone can read";
    return name(estate.holder()) + why + now;
  }

  private String name(OwnerId id) {
    return from.book().find(id).map(Partner::name).filter(n -> !n.isEmpty()).orElse(id.brief());
  }
}
