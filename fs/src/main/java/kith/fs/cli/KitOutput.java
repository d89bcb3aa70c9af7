package kith.fs.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import kith.codec.SecretMask;
import kith.fs.Kit;
import kith.fs.KitText;
import kith.fs.node.PrivateFiles;
import kith.fs.print.KitHtml;
import kith.fs.print.KitPdf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** In which forms a kit is written, and whether it wants a passphrase of its own. */
final class KitOutput {
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

  /** Where the kit's own passphrase comes from. */
  KitPassphraseOptions passphrase() {
    return kitPassphrase;
  }

  /** Writes a kit whose words are enough, so that they are if that is wanted. */
  void write(Surroundings surroundings, Kit open) throws Exception {
    boolean masked = withPassphrase || kitPassphrase.areGiven();
    Kit kit = masked ? masked(surroundings, open) : open;
    if (pdf != null) {
      PrivateFiles.write(pdf, KitPdf.of(kit));
    }
    if (html != null) {
      PrivateFiles.write(html, KitHtml.of(kit).getBytes(StandardCharsets.UTF_8));
    }
    if (output != null) {
      PrivateFiles.write(output, KitText.of(kit).getBytes(StandardCharsets.UTF_8));
    } else if (pdf == null && html == null) {
      surroundings.out().print(KitText.of(kit));
      surroundings.out().flush();
    }
  }

  private Kit masked(Surroundings surroundings, Kit kit) throws Exception {
    char[] chosen = kitPassphrase.chosen(surroundings);
    try {
      return kit.masked(SecretMask.generate(new SecureRandom(), SecretMask.COST), chosen);
    } finally {
      Arrays.fill(chosen, '\0');
    }
  }

  /** What is on paper: a sheet may have no room for all. */
  Kit printed(Kit kit) {
    boolean asText = output != null || (pdf == null && html == null);
    return asText ? kit : KitHtml.printed(kit);
  }
}
