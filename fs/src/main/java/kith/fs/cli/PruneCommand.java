package kith.fs.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import kith.codec.OwnerKey;
import kith.fs.node.ByteSize;
import kith.fs.node.ExitCode;
import kith.fs.node.PruneInfo;
import kith.index.HoldingStore;
import kith.peer.OwnerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith prune}. */
@Command(
    name = "prune",
    description = {
      "Drop now at partners what nothing needs any more; it goes by itself, too, a fifth in a",
      "fortnight. Its space is back when it leaves their trash, 14 days later. With --all and the",
      "passphrase everything goes at once. Exit code 3 if something is left then."
    })
final class PruneCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Mixin private PassphraseOptions passphrase;

  @Option(names = "--all", description = "However much it is: partners ask for the owner key then.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  PruneCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    PruneInfo info = kith.node().prune(all, List.of());
    if (!info.toSign().isEmpty()) {
      info = overridden(info);
    }
    kith.print("%s", json ? JsonOutput.of(info.partners()) : text(info));
    boolean left = all && unneeded(info) > 0;
    return (left ? ExitCode.PARTIAL : ExitCode.OK).number();
  }

  /** Signs what the node has prepared, as long as that leaves less. */
  private PruneInfo overridden(PruneInfo first) throws Exception {
    char[] given = passphrase.existing(kith.surroundings());
    try (var root = kith.identity().root(given)) {
      OwnerKey key = kith.identity().drive().ownerKey(root);
      PruneInfo info = first;
      long before;
      do {
        before = unneeded(info);
        List<String> signed = new ArrayList<>();
        for (String keepSet : info.toSign()) {
          byte[] bytes = HexFormat.of().parseHex(keepSet);
          byte[] override = OwnerRecord.keepSetOverride(key, bytes).toBytes();
          signed.add(HexFormat.of().formatHex(override));
        }
        info = kith.node().prune(true, signed);
      } while (!info.toSign().isEmpty() && unneeded(info) < before);
      return info;
    } finally {
      Arrays.fill(given, '\0');
    }
  }

  private static long unneeded(PruneInfo info) {
    return info.partners().stream().mapToLong(PruneInfo.Line::unneeded).sum();
  }

  private static String text(PruneInfo info) {
    if (info.partners().isEmpty()) {
      return "no partner is there, or nothing was published yet";
    }
    var table = new Table("PARTNER", "NOT NEEDED", "IN THE TRASH");
    for (PruneInfo.Line line : info.partners()) {
      table.row(line.partner(), ByteSize.show(line.unneeded()), ByteSize.show(line.trash()));
    }
    return table
        + "what is not needed goes once two heads did not name it; the trash is kept for "
        + HoldingStore.TRASH_TIME.toDays()
        + " days";
  }
}
