package kith.fs.node;

import java.util.ArrayList;
import java.util.List;
import kith.peer.ConductBook;
import kith.peer.Partner;
import kith.peer.conduct.Standing;

/** What status warns of about words that are not kept, on either side. Asks no partner. */
final class ConductWarnings {
  private final NodeCore from;

  ConductWarnings(NodeCore from) {
    this.from = from;
  }

  List<String> all() {
    List<String> warnings = new ArrayList<>();
    for (Partner partner : from.book().all()) {
      String name = partner.name().isEmpty() ? partner.id().brief() : partner.name();
      Standing standing = from.conduct().book().standing(partner.id());
      if (!standing.isGood()) {
        warnings.add(name + " " + ConductBook.text(standing));
      }
      from.conduct()
          .desk()
          .said(partner.id())
          .ifPresent(
              said ->
                  warnings.add(name + " says that this node " + ConductBook.text(said.standing())));
    }
    return warnings;
  }
}
