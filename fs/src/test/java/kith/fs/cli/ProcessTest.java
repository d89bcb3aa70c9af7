package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.NodeConfig;
import kith.fs.node.TestHome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only processes of their own can show: starting, detaching, ending, and what is loaded. */
class ProcessTest {
  @TempDir Path folder;
  private Path home;
  private Path launcher;
  private String err = "";

  @BeforeEach
  void prepare() throws Exception {
    home = folder.resolve("home");
    TestHome.initialise(home, NodeConfig.DEFAULT);
    launcher = folder.resolve("kith");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        exec '%s' -Xshare:auto -XX:TieredStopAtLevel=1 -Dkith.launcher='%s' -cp '%s' '%s' "$@"
        """
            .formatted(
                ProcessHandle.current().info().command().orElseThrow(),
                launcher,
                System.getProperty("java.class.path"),
                FakeMain.class.getName()));
    assertTrue(launcher.toFile().setExecutable(true));
  }

  /** The program with fake nodes in it. */
  static final class FakeMain {
    private FakeMain() {}

    public static void main(String[] arguments) {
      System.exit(KithCommand.run(Surroundings.real(FakeNodes::new), arguments));
    }
  }

  private int run(String input, String... arguments) throws Exception {
    var process = start(arguments);
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
    err = Files.readString(folder.resolve("err"));
    return process.exitValue();
  }

  private Process start(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(launcher.toString(), "--home", home.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  @Test
  void aMountedNodeOutlivesItsCommandAndEndsByUmount() throws Exception {
    var mountPoint = Files.createDirectory(folder.resolve("mnt")).toString();
    assertEquals(0, run("", "mount", mountPoint), err);
    assertTrue(err.contains("is mounted on " + mountPoint), err);
    var client = new ControlClient(ControlSocket.ofNode(home));
    long process = client.status().process();
    assertEquals(mountPoint, client.status().mountPoint());
    assertTrue(Files.readString(home.resolve("log/kith.log")).contains("serving"), "the log");
    assertEquals(0, run("", "umount", mountPoint), err);
    assertTrue(ProcessHandle.of(process).isEmpty(), "its process has ended");
    assertFalse(Files.exists(ControlSocket.ofNode(home)), "and left no socket");
  }

  @Test
  void aHomeWithoutItsKeyFileStartsInTheBackgroundByAPassphrase() throws Exception {
    String[] passphrase = {"--passphrase-command", "echo passphrase"};
    assertEquals(0, run("", "unlock-slot", "remove", "home", passphrase[0], passphrase[1]), err);
    assertEquals(2, run("", "serve", "--background"), err);
    assertEquals(0, run("", "serve", "--background", passphrase[0], passphrase[1]), err);
    assertTrue(new ControlClient(ControlSocket.ofNode(home)).isServed());
    assertEquals(0, run("", "umount"), err);
  }

  @Test
  void aBackgroundStartThatFailsEndsAsTheForegroundWould() throws Exception {
    var locked = Files.createDirectory(folder.resolve("locked")).toString();
    assertEquals(11, run("", "mount", locked), err);
    assertEquals("kith: another node holds the home", err.strip());
    var fatal = Files.createDirectory(folder.resolve("fatal")).toString();
    assertEquals(13, run("", "mount", fatal), err);
    assertTrue(err.contains("no libfuse here"), err);
  }

  @Test
  void aNodeInTheForegroundEndsInOrderOnSigterm() throws Exception {
    var process = start("serve");
    var client = new ControlClient(ControlSocket.ofNode(home));
    Awaitility.await().until(client::isServed);
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
    assertFalse(Files.exists(ControlSocket.ofNode(home)), "it left its socket");
    assertEquals(128 + 15, process.exitValue());
  }

  @Test
  void aViewRunsBesideTheNodeAndCleansUp() throws Exception {
    var mountPoint = Files.createDirectory(folder.resolve("view")).toString();
    String kit = CommandTest.golden();
    assertEquals(0, run(kit, "recover", "--kit", "-", "--view", mountPoint), err);
    assertTrue(err.contains("Every snapshot is in " + mountPoint), err);
    assertEquals(1, ControlSocket.all(home).size());
    assertEquals(0, run("", "umount", mountPoint), err);
    try (var left = Files.list(home.resolve("run"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void shortCommandsLoadNothingHeavy() throws Exception {
    for (String command : List.of("--version", "status")) {
      var loaded = loaded(command);
      for (String heavy :
          List.of("io.netty.", "org.rocksdb.", "org.bouncycastle.", "ch.qos.logback.", "jnr.")) {
        assertFalse(loaded.contains(" " + heavy), command + " loads " + heavy);
      }
      assertEquals(!command.equals("--version"), loaded.contains(" picocli."), command);
    }
  }

  private String loaded(String command) throws Exception {
    var log = folder.resolve("classes");
    var process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
    return Files.readString(log);
  }
}
