package kith.fs.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import kith.codec.OwnerKey;
import kith.fs.node.TakeoverInfo;
import kith.peer.OwnerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  int confirm(
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "MACHINE",
              description = {
                "Its code, or the beginning, as 'kith takeover' shows on both machines.",
                "Default: the only one."
              })
          String machine)
      throws Exception {
    kith.print("%s", text(kith.node().confirmTakeover(machine)));
    return 0;
  }

  @Command(
      name = "refuse",
      description = "Refuse it: it has been made from a stolen kit. Asks for the passphrase.")
  int refuse(
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "MACHINE",
              description = "Its code, or the beginning (default: all that there are).")
          String machine,
      @Mixin PassphraseOptions passphrase)
      throws Exception {
    TakeoverInfo prepared = kith.node().prepareRefusal(machine);
    char[] given = passphrase.existing(kith.surroundings());
    try (var root = kith.identity().root(given)) {
      OwnerKey key = kith.identity().drive().ownerKey(root);
      TakeoverInfo info = prepared;
      for (String each : prepared.words()) {
        byte[] word = HexFormat.of().parseHex(each);
        byte[] override = OwnerRecord.takeoverOverride(key, word).toBytes();
        info = kith.node().refuseTakeover(each, HexFormat.of().formatHex(override));
      }
      kith.print("%s", text(info));
      kith.print("Partners that are away are told when they come. Whoever has the kit still reads");
      kith.print("the drive, and may try again: watch the status.");
    } finally {
      Arrays.fill(given, '\0');
    }
    return 0;
  }

  private static String text(TakeoverInfo info) {
    if (info.superseded() > 0) {
      return ("%d of %d partners serve another machine in place of this one (epoch %d).\n"
              + "'kith export-unsent DEST' saves what it has sent to nobody.")
          .formatted(info.superseded(), info.partners(), info.epoch());
    }
    List<String> lines = new ArrayList<>();
    for (TakeoverInfo.Machine each : info.machines()) {
      lines.add(
          "Another machine (%s) takes this one's place in %d hours."
              .formatted(TakeoverInfo.brief(each.code()), each.hoursLeft()));
    }
    if (!lines.isEmpty()) {
      lines.add("'kith takeover confirm' if it is yours, 'kith takeover refuse' if it is not.");
    } else if (info.hours() > 0) {
      lines.add(
          ("This machine (%s) takes over in %d hours, or when the old one confirms it:"
                  + " until then partners drop nothing for it.")
              .formatted(TakeoverInfo.brief(info.code()), info.hours()));
    } else {
      lines.add(
          "This machine is the drive's node (epoch %d); no other wants to be."
              .formatted(info.epoch()));
    }
    return String.join("\n", lines);
  }
}
