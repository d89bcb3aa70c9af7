package kith.fs.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import kith.fs.node.ByteSize;
import kith.fs.node.LeaveTerms;
import kith.fs.node.PartnerInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith partner leave} and {@code kith partner remove}. */
abstract sealed class LeaveCommand implements Callable<Integer> {
  private final KithCommand kith;
  private final LeaveTerms.Kind kind;

  @Parameters(paramLabel = "PARTNER", description = "Name, or the beginning of the owner id.")
  private String partner;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description = "How long the handover may take (default, and least: the agreed grace).")
  private Duration within;

  @Option(
      names = "--anyway",
      description = {
        "Begin also if the other partners have no room for everything now. What finds no place",
        "stays where it is, and the agreement does not end before it is elsewhere."
      })
  private boolean anyway;

  @Option(names = "--cancel", description = "Go on being partners: withdraw the notice.")
  private boolean cancel;

  LeaveCommand(KithCommand kith, LeaveTerms.Kind kind) {
    this.kith = kith;
    this.kind = kind;
  }

  /** Part in good order. */
  @Command(
      name = "leave",
      description = {
        "End a partnership in order: each moves what it keeps at the other elsewhere, says so, and",
        "then the other frees the space. Nothing is dropped before."
      })
  static final class Leave extends LeaveCommand {
    Leave(KithCommand kith) {
      super(kith, LeaveTerms.Kind.LEAVE);
    }
  }

  /** Without waiting for the partner for ever. */
  @Command(
      name = "remove",
      description = {
        "Move everything away from a partner, and end the partnership; after the agreed time also",
        "without its word, if nothing of its is kept here."
      })
  static final class Remove extends LeaveCommand {
    Remove(KithCommand kith) {
      super(kith, LeaveTerms.Kind.REMOVE);
    }
  }

  @Override
  public Integer call() throws Exception {
    LeaveTerms terms;
    try {
      terms = new LeaveTerms(partner, cancel ? LeaveTerms.Kind.CANCEL : kind, within, anyway);
    } catch (IllegalArgumentException e) {
      throw KithCommand.usage(e.getMessage());
    }
    PartnerInfo now = kith.node().leave(terms);
    if (now.leaving() == null) {
      kith.print("%s stays a partner.", now.label());
    } else {
      kith.print("%s", text(now));
      kith.print("kith status shows how far it is; --cancel withdraws it.");
    }
    return 0;
  }

  /** One sentence on how far the end of a partnership is. */
  static String text(PartnerInfo partner) {
    var leaving = partner.leaving();
    String there =
        leaving.freedThere()
            ? "it has freed what was yours"
            : ByteSize.show(partner.usedByUs()) + " of yours there";
    String here =
        leaving.releasedHere()
            ? "what was its is freed here"
            : ByteSize.show(partner.usedByThem()) + " of its here";
    return "Leaving: "
        + partner.label()
        + (leaving.ours() ? " (your notice" : " (its notice")
        + (leaving.told() ? ")" : ", not told yet)")
        + ", to be handed over by "
        + Times.show(leaving.until())
        + ": "
        + there
        + ", "
        + here;
  }
}
