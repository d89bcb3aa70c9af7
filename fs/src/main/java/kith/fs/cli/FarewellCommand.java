package kith.fs.cli;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import kith.fs.node.FarewellInfo;
import kith.index.HoldingStore;
import kith.peer.Farewell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith farewell}. */
@Command(
    name = "farewell",
    description = {
      "Give up this drive for good: all partners free what they keep of it, 14 days after they",
      "hear of it. Nothing can be restored afterwards, whatever kit there is. Until then --cancel",
      "withdraws it."
    })
final class FarewellCommand implements Callable<Integer> {
  private static final String WORD = "farewell";

  private final KithCommand kith;

  @Mixin private PassphraseOptions passphrase;

  @Option(names = "--cancel", description = "Withdraw it: nothing is freed.")
  private boolean cancel;

  @Option(names = "--yes", description = "Don't ask whether it is meant.")
  private boolean yes;

  FarewellCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    int partners = kith.node().partners().size();
    if (!cancel && !yes) {
      confirm(partners);
    }
    char[] given = passphrase.existing(kith.surroundings());
    try (var root = kith.identity().root(given)) {
      var now = kith.surroundings().clock().instant();
      var record = Farewell.sign(kith.identity().drive().ownerKey(root), !cancel, now);
      tell(kith.node().farewell(HexFormat.of().formatHex(record.toBytes())));
    } finally {
      Arrays.fill(given, '\0');
    }
    return 0;
  }

  private void confirm(int partners) throws Exception {
    kith.print(
        "%d partners will free everything that they keep of this drive, all snapshots with it, %d"
            + " days after each hears of it. No kit brings it back then.",
        partners, HoldingStore.TRASH_TIME.toDays());
    var prompt = kith.surroundings().prompt();
    if (prompt == null) {
      throw KithCommand.usage("there is no terminal to ask at: say --yes if it is meant");
    }
    char[] typed = prompt.ask("Type '" + WORD + "' if that is what you want: ");
    if (typed == null || !WORD.equals(new String(typed).strip())) {
      throw KithCommand.usage("not confirmed: nothing was said");
    }
  }

  private void tell(FarewellInfo info) {
    kith.print(
        "%s: %d of %d partners have heard it, the others hear it from this node.",
        info.gone() ? "Farewell is said" : "Withdrawn", info.told(), info.partners());
    if (info.gone()) {
      kith.print(
          "Leave the node running until all have. 'kith farewell --cancel' withdraws it for %d"
              + " days.",
          HoldingStore.TRASH_TIME.toDays());
    }
  }
}
