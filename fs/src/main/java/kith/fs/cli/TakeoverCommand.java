package kith.fs.cli;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import kith.fs.node.TakeoverInfo;
import kith.peer.OwnerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith takeover}. */
@Command(
    name = "takeover",
    synopsisSubcommandLabel = "[confirm | refuse]",
    description = {
      "Show whether another machine takes this one's place; let it, or refuse it.",
      "One that was recovered from the kit takes over by itself after 72 hours."
    })
final class TakeoverCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  TakeoverCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    TakeoverInfo info = kith.node().takeover();
    kith.print("%s", json ? JsonOutput.of(info) : text(info));
    return 0;
  }

  @Command(
      name = "confirm",
      description = "Let it take over now. Nothing is sent from this machine any more then.")
  int confirm() throws Exception {
    kith.print("%s", text(kith.node().confirmTakeover()));
    return 0;
  }

  @Command(
      name = "refuse",
      description = "Refuse it: it has been made from a stolen kit. Asks for the passphrase.")
  int refuse(@Mixin PassphraseOptions passphrase) throws Exception {
    TakeoverInfo prepared = kith.node().prepareRefusal();
    char[] given = passphrase.existing(kith.surroundings());
    try (var root = kith.identity().root(given)) {
      byte[] word = HexFormat.of().parseHex(prepared.word());
      byte[] override =
          OwnerRecord.takeoverOverride(kith.identity().drive().ownerKey(root), word).toBytes();
      TakeoverInfo info =
          kith.node().refuseTakeover(prepared.word(), HexFormat.of().formatHex(override));
      kith.print("%s", text(info));
      kith.print("Whoever has the kit still reads the drive, and may try again: watch the status.");
    } finally {
      Arrays.fill(given, '\0');
    }
    return 0;
  }

  private static String text(TakeoverInfo info) {
    if (info.superseded() > 0) {
      return "%d of %d partners serve another machine in place of this one (epoch %d)."
          .formatted(info.superseded(), info.partners(), info.epoch());
    }
    if (!info.announced().isEmpty()) {
      return ("Another machine (epoch %d) takes this one's place in %d hours.\n"
              + "'kith takeover confirm' if it is yours, 'kith takeover refuse' if it is not.")
          .formatted(info.announced().get(0), info.hoursLeft());
    }
    return info.hours() > 0
        ? ("This machine (epoch %d) takes over in %d hours, or when the old one confirms it:"
                + " until then partners drop nothing for it.")
            .formatted(info.epoch(), info.hours())
        : "This machine is the drive's node (epoch %d); no other wants to be."
            .formatted(info.epoch());
  }
}
