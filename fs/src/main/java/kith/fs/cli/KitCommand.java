package kith.fs.cli;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kith.codec.OwnerLineage;
import kith.codec.WrongKeyException;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.node.DriveInfo;
import kith.fs.node.ExitCode;
import kith.fs.node.KitMark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith kit}. */
@Command(
    name = "kit",
    description = {
      "Write the page that brings the drive back on any machine: print it, and keep it safe.",
      "Whoever has it can read the drive."
    })
final class KitCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Mixin private PassphraseOptions passphrase;

  @Mixin private KitOutput output;

  @Option(
      names = "--verify",
      paramLabel = "FILE",
      description = "Check a kit, as it was printed or typed in, against this drive.")
  private String verify;

  KitCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var drive = kith.identity().drive();
    if (verify != null) {
      return verify(drive);
    }
    var contents = kith.node().kitPartners();
    char[] given = passphrase.existing(kith.surroundings());
    try (var root = kith.identity().root(given)) {
      var created = drive.created().atZone(ZoneOffset.UTC).toLocalDate();
      var kit =
          Kit.of(root, drive.ownerKey(root), created, contents.code())
              .naming(contents.partners(), contents.brokers());
      output.write(kith.surroundings(), kit);
      var now = kith.surroundings().clock().instant();
      KitMark.of(now, output.printed(kit).partners()).write(kith.home());
    } finally {
      Arrays.fill(given, '\0');
    }
    if (contents.partners().isEmpty()) {
      kith.surroundings()
          .err()
          .println("This kit names no partners yet: print a new one as soon as there are some.");
    }
    return 0;
  }

  private int verify(DriveInfo drive) throws Exception {
    Kit printed = KitInput.parse(new KitInput(kith.surroundings(), verify).text());
    if (!printed.owner().equals(drive.owner())) {
      throw new WrongKeyException(
          "this is the kit of another drive: of %s, and here is %s"
              .formatted(printed.owner(), drive.owner()));
    }
    checkAge(printed.lineage(), drive.lineage());
    output.passphrase().open(kith.surroundings(), printed).secret().close();
    var partners = kith.node().kitPartners().partners();
    var now = partners.stream().map(KitPartner::owner).collect(Collectors.toSet());
    long left = printed.partners().stream().filter(each -> now.contains(each.owner())).count();
    kith.print(
        "The words open this drive%s.",
        printed.mask().isPresent() ? " with the kit's passphrase" : "");
    kith.print(
        "%d of the %d partners that the kit names still are: %s. %d partners are not in it.",
        left, printed.partners().size(), worth(left), now.size() - left);
    return (left > 0 ? ExitCode.OK : ExitCode.NOT_ENOUGH_PARTNERS).number();
  }

  /** A former kit fits its owner, too. */
  private static void checkAge(OwnerLineage printed, OwnerLineage now) throws WrongKeyException {
    if (printed.generation() < now.generation()) {
      throw new WrongKeyException(
          "this kit was replaced on "
              + LocalDate.ofInstant(now.replaced(printed.generation()), ZoneOffset.UTC)
              + ": partners refuse it, and it does not open what was written since. Destroy it");
    }
    if (!printed.equals(now)) {
      throw new WrongKeyException("this kit is of a rekey that is not this drive's");
    }
  }

  /** One partner is enough to find the others. */
  private static String worth(long left) {
    return left == 0
        ? "it brings nothing back; print a new one"
        : "it works until " + (left == 1 ? "that one is gone" : left + " more are gone");
  }
}
