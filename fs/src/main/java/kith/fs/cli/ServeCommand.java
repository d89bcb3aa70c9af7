package kith.fs.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith serve}. */
@Command(
    name = "serve",
    description = "Run the node without mounting the drive: partners are served, packs shipped.")
final class ServeCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Option(names = "--background", description = "Return once it serves; it logs to home/log.")
  private boolean background;

  @Mixin private PassphraseOptions passphrase;

  @Option(names = "--detached", hidden = true)
  private boolean detached;

  ServeCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var starter = new NodeStarter(kith, null, passphrase, config -> config);
    return background
        ? starter.background(List.of("serve", "--detached"))
        : starter.foreground(detached);
  }
}
