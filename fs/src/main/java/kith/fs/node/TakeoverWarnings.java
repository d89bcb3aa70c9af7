package kith.fs.node;

import java.util.ArrayList;
import java.util.List;
import kith.fs.Recovery;

/** What status says of a drive that comes back, and of machines that follow each other. */
final class TakeoverWarnings {
  private TakeoverWarnings() {}

  static List<String> of(NodeCore from) {
    List<String> warnings = new ArrayList<>();
    Recovery recovery = from.engine().recovery();
    if (recovery.isUnderWay()) {
      warnings.add(
          "the drive comes back from its partners ("
              + recovery.phase()
              + "): "
              + (recovery.isTreeHere()
                  ? "everything can be used meanwhile"
                  : "all of it is shown, and can be changed once this is done"));
    }
    if (from.succession().recovery().areSilent()) {
      warnings.add("some partners have not told yet what was agreed with them: they are asked on");
    }
    TakeoverInfo info = from.succession().takeover().info();
    if (info.hours() > 0) {
      warnings.add(
          "this machine takes over from another: for "
              + info.hours()
              + " hours partners drop nothing for it, and still take what the other sends. 'kith"
              + " takeover confirm' there ends that");
    }
    for (TakeoverInfo.Machine machine : info.machines()) {
      warnings.add(
          "another machine ("
              + TakeoverInfo.brief(machine.code())
              + ") takes this one's place in "
              + machine.hoursLeft()
              + " hours: 'kith takeover confirm' if it is yours, else 'kith takeover refuse'");
    }
    return warnings;
  }
}
