package kith.fs.cli;

import java.util.ServiceLoader;
import kith.fs.node.KithVersion;
import kith.fs.node.NodeFactory;

/** The process behind bin/kith. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // The commonest question of scripts; the command line parser costs half of its time.
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      System.out.println("kith " + KithVersion.TEXT);
      return;
    }
    System.exit(KithCommand.run(Surroundings.real(Main::nodes), arguments));
  }

  private static NodeFactory nodes() {
    return ServiceLoader.load(NodeFactory.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this build has no node in it"));
  }
}
