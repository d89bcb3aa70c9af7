package kith.fs.cli;

import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import kith.fs.Kit;
import kith.fs.node.KitContents;
import kith.fs.node.KitMark;
import kith.fs.node.Rekeying;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith rekey}. */
@Command(
    name = "rekey",
    description = {
      "Somebody may have the kit: make it worthless. Draws a new secret, writes the kit of it, and"
          + " has partners refuse whoever comes with a former kit. What is written from then on"
          + " opens with the new kit alone, and what was written before is sealed anew by it in the"
          + " background.",
      "Takes effect when the node starts next. The other passphrases that open this home are"
          + " removed: add them anew."
    })
final class RekeyCommand implements Callable<Integer> {
  private static final String WORD = "rekey";

  private final KithCommand kith;

  @Mixin private PassphraseOptions passphrase;

  @Mixin private KitOutput output;

  @Option(names = "--yes", description = "Don't ask whether the new kit is in a safe place.")
  private boolean yes;

  RekeyCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    kith.identity().drive();
    if (!yes && kith.surroundings().prompt() == null) {
      throw KithCommand.usage("there is no terminal to ask at: say --yes if it is meant");
    }
    KitContents contents = kith.node().kitPartners();
    char[] given = passphrase.existing(kith.surroundings());
    var clock = kith.surroundings().clock();
    try (var next = new Rekeying(kith.home(), clock, new SecureRandom()).prepare(given)) {
      List<String> closing = next.closing();
      Kit kit = kit(next, contents);
      output.write(kith.surroundings(), kit);
      if (!yes) {
        confirm(closing);
      }
      next.commit(given, KitMark.of(clock.instant(), output.printed(kit).partners()));
      tell(closing, contents);
    } finally {
      Arrays.fill(given, '\0');
    }
    return 0;
  }

  private Kit kit(Rekeying.Prepared next, KitContents contents) throws Exception {
    var created = kith.identity().drive().created().atZone(ZoneOffset.UTC).toLocalDate();
    return Kit.of(next.root(), next.owner(), created, contents.code())
        .naming(contents.partners(), contents.brokers());
  }

  private void confirm(List<String> closing) throws Exception {
    var err = kith.surroundings().err();
    err.println("This is the new kit. It is worth nothing until you say so: print it first.");
    if (!closing.isEmpty()) {
      err.println(
          "The unlock slots " + String.join(", ", closing) + " will be removed: add them anew.");
    }
    err.flush();
    char[] typed =
        kith.surroundings().prompt().ask("Type '" + WORD + "' once it is in a safe place: ");
    if (typed == null || !WORD.equals(new String(typed).strip())) {
      throw KithCommand.usage(
          "not confirmed: nothing was changed, and the kit that was just written opens nothing."
              + " Destroy it");
    }
  }

  private void tell(List<String> closing, KitContents contents) {
    var err = kith.surroundings().err();
    err.println("The new kit is the drive's from now on. Start the node anew so that partners");
    err.println("hear of it: 'kith umount', then 'kith mount FOLDER' (or 'kith serve').");
    err.println(
        "0 of "
            + contents.partners().size()
            + " partners know yet; 'kith status' says how many do. Keep the former kit until all"
            + " know, then destroy it.");
    if (!closing.isEmpty()) {
      err.println("Removed unlock slots: " + String.join(", ", closing) + ".");
    }
    err.flush();
  }
}
