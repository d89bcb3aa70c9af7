package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kith.fs.node.ControlServer;
import kith.fs.node.ControlSocket;
import kith.fs.node.FakeNode;
import kith.fs.node.NodeConfig;
import kith.fs.node.NodeStart;

/** Runs command lines in this process, and keeps what they print. */
final class CommandHarness {
  final Map<String, String> environment = new HashMap<>();
  final ArrayDeque<String> typed = new ArrayDeque<>();
  String input = "";
  boolean terminal;
  String out = "";
  String err = "";
  private final Path home;

  CommandHarness(Path home) {
    this.home = home;
  }

  /** Returns the exit code. */
  int run(String... arguments) {
    var standardOut = new StringWriter();
    var standardError = new StringWriter();
    var surroundings =
        new Surroundings(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(standardOut),
            new PrintWriter(standardError),
            terminal,
            environment::get,
            typed.isEmpty() ? null : question -> typed.remove().toCharArray(),
            InstantSource.fixed(FakeNode.NOW),
            FakeNodes::new);
    String[] all =
        Stream.concat(Stream.of("--home", home.toString()), Stream.of(arguments))
            .toArray(String[]::new);
    int code = KithCommand.run(surroundings, all);
    out = standardOut.toString();
    err = standardError.toString();
    return code;
  }

  /** Makes a home. */
  void initialise() {
    environment.put(PassphraseOptions.VARIABLE, "correct horse");
    assertEquals(0, run("init"), err);
  }

  /** Runs what must fail, with a message for people. */
  void assertFails(int code, String message, String... arguments) {
    assertEquals(code, run(arguments), err);
    assertTrue(err.startsWith("kith: ") && err.contains(message), err);
    assertFalse(err.contains("\tat "), "a stack trace tells a user nothing: " + err);
  }

  /** A node that answers in this process. */
  ControlServer serve(FakeNode node) throws Exception {
    return new ControlServer(ControlSocket.ofNode(home), node);
  }

  FakeNode node() {
    return new FakeNode(new NodeStart(home, NodeConfig.DEFAULT, null, home.resolve("mnt")));
  }

  static List<String> lines(String text) {
    return text.lines().toList();
  }
}
