package kith.fs.cli;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import kith.codec.CodeParameters;
import kith.fs.node.Initialiser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith init}. */
@Command(
    name = "init",
    description = {
      "Make a drive of your own: identity, keys and configuration in the home.",
      "The passphrase guards the secret from which everything follows; it is asked for again when"
          + " the kit is printed. The node itself starts without it."
    })
final class InitCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Mixin private PassphraseOptions passphrase;

  @Option(
      names = "--code",
      paramLabel = "M+K",
      description = "Fix the erasure code, as in 4+2; else it follows the number of partners.")
  private CodeParameters code;

  @Mixin private HomeOptions options;

  @Option(
      names = "--renew",
      description = "Nothing new but the node's credential, which lasts a year; then restart it.")
  private boolean renew;

  InitCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var initialiser = new Initialiser(kith.surroundings().clock(), new SecureRandom());
    return renew ? renew(initialiser) : initialise(initialiser);
  }

  private int renew(Initialiser initialiser) throws Exception {
    kith.identity().drive();
    char[] given = passphrase.existing(kith.surroundings());
    try {
      var expires = initialiser.renew(kith.home(), given);
      kith.print("The node's credential lasts until %s once it is restarted.", Times.show(expires));
      return 0;
    } finally {
      Arrays.fill(given, '\0');
    }
  }

  private int initialise(Initialiser initialiser) throws Exception {
    var config = options.config(code);
    Initialiser.check(kith.home());
    char[] chosen = passphrase.chosen(kith.surroundings());
    try {
      var drive = initialiser.initialise(kith.home(), config, chosen);
      kith.print("A new drive is set up in %s.", kith.home());
      kith.print("Owner id: %s", drive.owner());
      kith.print("");
      kith.print("Next: kith mount FOLDER        to use it");
      kith.print("      kith partner invite      to let someone keep its pieces");
      kith.print("      kith kit                 to print the page that brings it back");
      kith.print("Without a printed kit the drive dies with this machine.");
      return 0;
    } finally {
      Arrays.fill(chosen, '\0');
    }
  }
}
