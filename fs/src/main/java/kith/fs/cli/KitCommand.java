package kith.fs.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.Callable;
import kith.fs.Kit;
import kith.fs.KitText;
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

  KitCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var drive = kith.identity().drive();
    var contents = kith.node().kitPartners();
    char[] given = passphrase.existing(kith.surroundings());
    try (var root = kith.identity().root(given)) {
      var created = drive.created().atZone(ZoneOffset.UTC).toLocalDate();
      write(KitText.of(Kit.of(root, created, contents.code(), contents.partners())));
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

  private void write(String page) throws Exception {
    if (output == null) {
      kith.surroundings().out().print(page);
      kith.surroundings().out().flush();
    } else {
      PrivateFiles.write(output, page.getBytes(StandardCharsets.UTF_8));
    }
  }
}
