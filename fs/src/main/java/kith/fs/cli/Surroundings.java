package kith.fs.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import kith.fs.node.NodeFactory;

/**
 * What a command sees of the world; a test gives it another one.
 *
 * @param in standard input
 * @param out results
 * @param err messages and progress
 * @param terminal whether err is a terminal that shows progress
 * @param environment a variable's value, or null
 * @param prompt asks for a passphrase; null where nobody can be asked
 * @param clock wall time
 * @param nodes made only by the commands that become a node: it pulls in everything
 */
record Surroundings(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean terminal,
    Function<String, String> environment,
    Prompt prompt,
    InstantSource clock,
    Supplier<NodeFactory> nodes) {
  /** Asks without showing what is typed. */
  interface Prompt {
    /** Null at end of input. */
    char[] ask(String question);
  }

  /** Those of this process. */
  static Surroundings real(Supplier<NodeFactory> nodes) {
    return new Surroundings(
        System.in,
        new PrintWriter(System.out, true, Charset.defaultCharset()),
        new PrintWriter(System.err, true, Charset.defaultCharset()),
        Terminals.isTerminal(2),
        System::getenv,
        prompt(System.console()),
        InstantSource.system(),
        nodes);
  }

  private static Prompt prompt(Console console) {
    boolean someone = console != null && Terminals.isTerminal(0);
    return someone ? question -> console.readPassword("%s", question) : null;
  }

  Path defaultHome() {
    String home = environment.apply("KITH_HOME");
    return home == null || home.isEmpty() ? userFolder().resolve(".kith") : Path.of(home);
  }

  /** What the shell means by ~; the JVM asks the user database instead. */
  private Path userFolder() {
    String folder = environment.apply("HOME");
    return Path.of(folder == null || folder.isEmpty() ? System.getProperty("user.home") : folder);
  }
}
