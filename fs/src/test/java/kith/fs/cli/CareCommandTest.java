package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kith.fs.node.NodeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways into a home, and drills, by the command line. */
class CareCommandTest {
  @TempDir Path folder;
  private CommandHarness kith;

  @BeforeEach
  void prepare() {
    kith = new CommandHarness(folder.resolve("home"));
    kith.initialise();
  }

  private void assertFails(int code, String message, String... arguments) {
    kith.assertFails(code, message, arguments);
  }

  @Test
  void waysIntoTheHomeComeAndGo() throws Exception {
    String other = Files.writeString(folder.resolve("new"), "other\n").toString();
    String[] list = {"unlock-slot", "list"};
    assertEquals(0, kith.run("unlock-slot", "add", "vault", "--command", "echo pass"), kith.err);
    assertEquals(0, kith.run("unlock-slot", "remove", "home"), kith.err);
    assertEquals("", kith.err, "the command starts it");
    assertEquals(0, kith.run(list), kith.err);
    assertTrue(kith.out.contains("vault       command     node alone"), kith.out);
    assertFalse(kith.out.contains("home"), kith.out);
    assertEquals(0, kith.run("unlock-slot", "change", "--new-passphrase-file", other), kith.err);
    assertFails(12, "passphrase is wrong", "init", "--renew");
    assertFails(12, "passphrase is wrong", "unlock-slot", "remove", "vault");
    kith.environment.put(PassphraseOptions.VARIABLE, "other");
    assertFails(1, "The last passphrase", "unlock-slot", "remove", "passphrase");
    assertFails(2, "no name for a slot", "unlock-slot", "add", "A b", "--command", "echo x");
    assertEquals(0, kith.run("unlock-slot", "remove", "vault"), kith.err);
    assertTrue(kith.err.contains("asks for a passphrase to start"), kith.err);
    assertEquals(0, kith.run("unlock-slot", "list", "--json"), kith.err);
    assertEquals(1, new JsonMapper().readTree(kith.out).size());
    kith.environment.clear();
    assertFails(2, "no terminal to ask at", "serve");
    kith.typed.add("wrong");
    assertFails(12, "passphrase is wrong", "mount", "--foreground", folder.toString());
    assertFails(2, "list, add, change or remove?", "unlock-slot");
  }

  @Test
  void aCommandThatHangsIsEnded() {
    var late =
        assertThrows(
            NodeException.class,
            () -> PassphraseOptions.fromCommand("sleep 600; echo x", Duration.ofMillis(200)));
    assertTrue(late.getMessage().endsWith("does not end"), late.getMessage());
  }

  @Test
  void anotherMachineIsToldOfConfirmedAndRefused() throws Exception {
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("takeover"), kith.err);
      assertTrue(kith.out.startsWith("Another machine (2-abababababababab) takes"), kith.out);
      assertTrue(kith.out.contains("in 70 hours"), kith.out);
      assertEquals(0, kith.run("takeover", "--json"), kith.err);
      var machine = new JsonMapper().readTree(kith.out).get("machines").get(0);
      assertEquals(2, machine.get("epoch").asInt());
      assertEquals(70, machine.get("hoursLeft").asInt());
      assertEquals(0, kith.run("takeover", "confirm", "2-ab"), kith.err);
      kith.environment.put(PassphraseOptions.VARIABLE, "wrong");
      assertFails(12, "passphrase is wrong", "takeover", "refuse");
    }
    assertFails(1, "no node runs", "takeover");
  }

  @Test
  void whatWasSavedAndWhatNotIsTold() throws Exception {
    String to = folder.resolve("saved").toString();
    assertEquals(3, kith.run("export-unsent", to), kith.err);
    assertTrue(kith.out.startsWith("saved 2 files, 2.93 KiB to " + to), kith.out);
    assertTrue(kith.out.contains("deleted since: old\nmoved since: from -> to\n"), kith.out);
    assertTrue(kith.out.contains("another name of a file that partners have: more"), kith.out);
    assertTrue(kith.out.contains("and 4 more names"), kith.out);
    assertTrue(kith.out.contains("not saved: snapshot late"), kith.out);
    assertTrue(kith.err.contains("not saved: far: no partner is asked"), kith.err);
    assertEquals(3, kith.run("export-unsent", "--json", to), kith.err);
    var told = new JsonMapper().readTree(kith.out);
    assertEquals("from", told.get("changes").get(1).get("from").asText());
    assertFails(2, "DEST", "export-unsent");
  }

  @Test
  void aDrillTellsWhatDidNotComeBack() throws Exception {
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("drill"), kith.err);
      assertEquals(
          "20 of 20 files (4.00 KiB) came back from the partners as they were written",
          kith.out.strip());
      assertEquals("kith: made good by others: wrong-shard: Bo", kith.err.strip());
      assertEquals(3, kith.run("drill", "--files", "7"));
      assertEquals(
          "6 of 7 files (4.00 KiB) came back from the partners as they were written; 2 are not"
              + " published yet; partners let no more be read today, 3 are left",
          kith.out.strip());
      assertEquals("kith: did not come back: a/b: needs 4 of its 6 shards", kith.err.strip());
      assertEquals(3, kith.run("drill", "--percent", "0.1", "--json"));
      assertEquals(1, new JsonMapper().readTree(kith.out).at("/failures").asInt());
      assertFails(2, "a drill takes", "drill", "--files", "0");
      assertFails(2, "a drill takes", "drill", "--percent", "101");
      assertFails(2, "mutually exclusive", "drill", "--percent", "1", "--files", "2");
      assertEquals(0, kith.run("status"), kith.err);
      assertTrue(
          kith.out.contains(
              "3 of 4 files came back from the partners alone within a year, the last 2026-11-21"),
          kith.out);
      assertTrue(kith.out.contains("; 1 did not come back as they were"), kith.out);
      assertTrue(server != null);
    }
  }
}
