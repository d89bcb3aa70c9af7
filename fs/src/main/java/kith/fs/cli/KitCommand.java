package kith.fs.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kith.codec.WrongKeyException;
import kith.fs.Kit;
import kith.fs.KitParser;
import kith.fs.KitPartner;
import kith.fs.KitText;
import kith.fs.node.DriveInfo;
import kith.fs.node.ExitCode;
import kith.fs.node.KitMark;
import kith.fs.node.PrivateFiles;
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
      write(KitText.of(Kit.of(root, created, contents.code(), contents.partners())));
    } finally {
      Arrays.fill(given, '\0');
    }
    KitMark.of(kith.surroundings().clock().instant(), contents.partners()).write(kith.home());
    if (contents.partners().isEmpty()) {
      kith.surroundings()
          .err()
          .println("This kit names no partners yet: print a new one as soon as there are some.");
    }
    return 0;
  }

  private int verify(DriveInfo drive) throws Exception {
    Kit printed = KitParser.parse(new KitInput(kith.surroundings(), verify).text());
    printed.secret().close();
    if (!printed.owner().equals(drive.owner())) {
      throw new WrongKeyException(
          "this is the kit of another drive: of %s, and here is %s"
              .formatted(printed.owner(), drive.owner()));
    }
    var partners = kith.node().kitPartners().partners();
    var now = partners.stream().map(KitPartner::owner).collect(Collectors.toSet());
    long left = printed.partners().stream().filter(each -> now.contains(each.owner())).count();
    kith.print(
        "The words open this drive; %d of the %d partners that the kit names still are, and one is"
            + " enough. %d partners are not in it.",
        left, printed.partners().size(), now.size() - left);
    return (left > 0 ? ExitCode.OK : ExitCode.NOT_ENOUGH_PARTNERS).number();
  }

  private void write(String page) throws Exception {
    if (output == null) {
      kith.surroundings().out().print(page);
      kith.surroundings().out().flush();
    } else {
      PrivateFiles.write(output, page.getBytes(StandardCharsets.UTF_8));
    }
  }
}
