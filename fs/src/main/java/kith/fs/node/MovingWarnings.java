package kith.fs.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kith.index.HoldingStore;
import kith.peer.Leave;
import kith.peer.Partner;

/** What status warns of about packs that should move, and partners who leave. Asks no partner. */
final class MovingWarnings {
  private final NodeCore from;

  MovingWarnings(NodeCore from) {
    this.from = from;
  }

  List<String> all(MovingInfo moving) throws IOException {
    List<String> warnings = new ArrayList<>();
    if (moving.stuck() > 0) {
      warnings.add(
          moving.stuck()
              + " packs have shards that should be with other partners, and none has room or is"
              + " there: invite another ('kith partner invite'), or agree on more space ('kith"
              + " partner amend')");
    }
    warnings.addAll(dropping());
    for (Partner partner : from.book().all()) {
      if (partner.isLeaving()
          && from.now().isAfter(partner.leave().orElseThrow().notice().until())) {
        warnings.add(overdue(partner, partner.leave().orElseThrow()));
      }
    }
    return warnings;
  }

  /** About what is dropped at partners. */
  private List<String> dropping() throws IOException {
    List<String> warnings = new ArrayList<>();
    FarewellInfo farewell = from.dropping().farewell().info().orElse(null);
    if (farewell != null && farewell.gone()) {
      warnings.add(
          "farewell was said at "
              + farewell.said()
              + "; "
              + farewell.told()
              + " of "
              + farewell.partners()
              + " partners have heard it and free all that is yours 14 days later: 'kith farewell"
              + " --cancel' withdraws it");
    }
    if (from.dropping().isStopped()) {
      warnings.add(
          "changes of the index were lost: nothing is dropped at partners before all that is needed"
              + " was found to be known");
    }
    for (Partner partner : from.book().all()) {
      Integer alarming = from.dropping().alarms().get(partner.id());
      if (alarming != null) {
        warnings.add(
            alarming
                + " shards that were dropped at "
                + partner.name()
                + " were read there: they are kept again for "
                + HoldingStore.TRASH_TIME.toDays()
                + " days. If nobody reads an older state of the drive, look who has its kit or"
                + " this home");
      }
    }
    return warnings;
  }

  private String overdue(Partner partner, Leave leave) throws IOException {
    String name = partner.name().isEmpty() ? partner.id().brief() : partner.name();
    String there =
        leave.ours().isPresent()
            ? "nothing of yours is needed there"
            : "yours is not all elsewhere yet";
    String here =
        leave.isReleasedHere()
            ? "nothing of its is kept here"
            : ByteSize.show(from.holdings().usedBytes(partner.id()))
                + " of its are kept here until it says that it needs them no more";
    return "the time to part from " + name + " is over: " + there + ", and " + here;
  }
}
