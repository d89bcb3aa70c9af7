package kith.fs.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kith.codec.SecretMask;
import kith.codec.WrongKeyException;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.KitText;
import kith.fs.node.DriveInfo;
import kith.fs.node.ExitCode;
import kith.fs.node.KitMark;
import kith.fs.node.PrivateFiles;
import kith.fs.print.KitHtml;
import kith.fs.print.KitPdf;
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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "A new file for it, readable by you alone (default: standard output).")
  private Path output;

  @Option(
      names = "--pdf",
      paramLabel = "FILE",
      description = "Write it as one sheet of PDF, with a square to scan, into this new file.")
  private Path pdf;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write it as a web page for one sheet, into this new file.")
  private Path html;

  @Option(
      names = "--with-passphrase",
      description = {
        "The kit alone opens nothing: choose a passphrase of its own, which is needed besides.",
        "It is kept nowhere. Who forgets it has no kit."
      })
  private boolean withPassphrase;

  @Mixin private KitPassphraseOptions kitPassphrase;

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
          Kit.of(root, created, contents.code(), contents.partners())
              .naming(contents.partners(), contents.brokers());
      write(withPassphrase || kitPassphrase.areGiven() ? masked(kit) : kit);
      var now = kith.surroundings().clock().instant();
      KitMark.of(now, printed(kit).partners()).write(kith.home());
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

  private Kit masked(Kit kit) throws Exception {
    char[] chosen = kitPassphrase.chosen(kith.surroundings());
    try {
      return kit.masked(SecretMask.generate(new SecureRandom(), SecretMask.COST), chosen);
    } finally {
      Arrays.fill(chosen, '\0');
    }
  }

  private int verify(DriveInfo drive) throws Exception {
    Kit printed = KitInput.parse(new KitInput(kith.surroundings(), verify).text());
    if (!printed.owner().equals(drive.owner())) {
      throw new WrongKeyException(
          "this is the kit of another drive: of %s, and here is %s"
              .formatted(printed.owner(), drive.owner()));
    }
    kitPassphrase.open(kith.surroundings(), printed).secret().close();
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

  /** One partner is enough to find the others. */
  private static String worth(long left) {
    return left == 0
        ? "it brings nothing back; print a new one"
        : "it works until " + (left == 1 ? "that one is gone" : left + " more are gone");
  }

  /** What is on paper: a sheet may have no room for all. */
  private Kit printed(Kit kit) {
    boolean asText = output != null || (pdf == null && html == null);
    return asText ? kit : KitHtml.printed(kit);
  }

  private void write(Kit kit) throws Exception {
    if (pdf != null) {
      PrivateFiles.write(pdf, KitPdf.of(kit));
    }
    if (html != null) {
      PrivateFiles.write(html, KitHtml.of(kit).getBytes(StandardCharsets.UTF_8));
    }
    if (output != null) {
      PrivateFiles.write(output, KitText.of(kit).getBytes(StandardCharsets.UTF_8));
    } else if (pdf == null && html == null) {
      kith.surroundings().out().print(KitText.of(kit));
      kith.surroundings().out().flush();
    }
  }
}
