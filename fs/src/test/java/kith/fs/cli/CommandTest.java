package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kith.codec.OwnerId;
import kith.fs.KitParser;
import kith.fs.KitPartner;
import kith.fs.node.ConfigFile;
import kith.fs.node.IdentityFiles;
import kith.index.Home;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command, in this process, against a node that only remembers. */
class CommandTest {
  @TempDir Path folder;
  private Path home;
  private CommandHarness kith;

  @BeforeEach
  void prepare() {
    home = folder.resolve("home");
    kith = new CommandHarness(home);
  }

  private void initialise() {
    kith.initialise();
  }

  private void assertFails(int code, String message, String... arguments) {
    kith.assertFails(code, message, arguments);
  }

  @Test
  void versionAndHelp() {
    assertEquals(0, kith.run("version"));
    assertEquals("kith 0.1.0", kith.out.strip());
    assertEquals(0, kith.run("--version"));
    assertEquals("kith 0.1.0", kith.out.strip());
    assertEquals(0, kith.run("help"));
    String help = kith.out;
    for (String command :
        List.of(
            "init",
            "serve",
            "mount",
            "umount",
            "status",
            "wait",
            "import",
            "snapshot",
            "partner",
            "audit",
            "repair",
            "prune",
            "broker",
            "unlock-slot",
            "kit",
            "recover",
            "restore",
            "drill",
            "simulate",
            "completion",
            "version",
            "help")) {
      assertTrue(help.contains("  " + command + " "), command + " is not in: " + help);
      assertEquals(0, kith.run(command, "--help"), command);
      assertTrue(kith.out.contains("Usage: kith " + command), kith.out);
      assertFalse(kith.out.contains("--detached"), "hidden");
    }
    assertEquals(0, kith.run("help", "mount"));
    assertTrue(kith.out.contains("Usage: kith mount"), kith.out);
    assertFails(2, "no command 'fly'", "help", "fly");
  }

  @Test
  void theCommandLineIsChecked() {
    assertFails(2, "which command?");
    assertFails(2, "Unmatched argument", "stauts");
    assertTrue(kith.err.contains("status"), "suggests: " + kith.err);
    assertFails(2, "--nonsense", "status", "--nonsense");
    assertFails(2, "'soon' is no time", "wait", "--timeout", "soon");
    assertFails(2, "no code", "init", "--code", "4-2");
    assertFails(2, "is not an address", "init", "--listen", "a:port");
    assertFails(2, "no size", "init", "--space", "much");
    assertFails(2, "'cache' is under", "init", "--cache", "1");
    assertFails(
        2, "mutually exclusive", "init", "--passphrase-file", "a", "--passphrase-command", "b");
    assertFails(2, "--kit", "recover", "--view", ".");
    assertFails(2, "--rate", "broker", "--rate", "many");
    assertFails(2, "give a number from 0", "broker", "--rate", "-1");
    assertFails(2, "--nodes is 100001", "broker", "--nodes", "100001");
    assertFails(2, "usual, plain", "simulate", "--scenario", "war");
    assertFails(2, "from 20 to 200000 nodes", "simulate", "--nodes", "3");
    assertFails(2, "from 0.1 to 100", "simulate", "--years", "1000");
    assertFails(
        2,
        "invite, accept, invitations, list, candidates, known, offer, amend, offers, agree,"
            + " decline, withdraw, leave or remove?",
        "partner");
  }

  @Test
  void aHomeWithoutADriveIsCode10() {
    for (String command : List.of("status", "wait", "snapshot", "kit", "serve")) {
      assertFails(10, "is not initialised", command);
    }
    assertFails(10, "is not initialised", "mount", folder.toString());
    assertFails(10, "is not initialised", "partner", "invite");
  }

  @Test
  void aNodeThatDoesNotRunIsSaidSo() {
    initialise();
    for (String command : List.of("status", "wait", "snapshot", "kit", "umount")) {
      assertFails(1, "no node runs in " + home, command);
    }
  }

  @Test
  void initTakesWhatItIsGiven() throws Exception {
    var secret = Files.writeString(folder.resolve("secret"), "horse\nsecond line\n");
    int code =
        kith.run(
            "init",
            "--passphrase-file",
            secret.toString(),
            "--code",
            "4+2",
            "--listen",
            "127.0.0.1:5000",
            "--advertise",
            "a.example:1",
            "--advertise",
            "[::1]:2",
            "--space",
            "1GiB",
            "--cache",
            "2GiB");
    assertEquals(0, code, kith.err);
    var config = ConfigFile.read(home);
    assertEquals("4+2", config.code().toString());
    assertEquals(new NodeAddress("127.0.0.1", 5000), config.listen());
    assertEquals("[a.example:1, [::1]:2]", config.advertise().toString());
    var files = new IdentityFiles(home);
    assertTrue(kith.out.contains(files.drive().owner().toString()), kith.out);
    files.root("horse".toCharArray()).close();
    assertFails(1, "has a drive already", "init");
    assertEquals(0, kith.run("init", "--renew", "--passphrase-command", "echo horse"), kith.err);
    assertTrue(kith.out.contains("2027-11-22"), kith.out);
    assertFails(12, "passphrase is wrong", "init", "--renew", "--passphrase-command", "echo x");
  }

  @Test
  void passphrasesAreAskedForTwice() throws Exception {
    kith.typed.addAll(List.of("one", "two"));
    assertFails(1, "passphrases differ", "init");
    kith.typed.addAll(List.of("", ""));
    assertFails(1, "no passphrase", "init");
    kith.typed.clear();
    assertFails(2, "no terminal to ask at", "init");
    kith.environment.put(PassphraseOptions.VARIABLE, "");
    assertFails(1, "KITH_PASSPHRASE gives an empty", "init");
    kith.environment.clear();
    assertFails(1, "failed with exit code 3", "init", "--passphrase-command", "exit 3");
    assertFails(1, "gives an empty", "init", "--passphrase-command", "true");
    assertFails(1, "does not exist", "init", "--passphrase-file", folder + "/none");
    assertFalse(new IdentityFiles(home).exist(), "nothing was made");
    kith.typed.addAll(List.of("one", "one"));
    assertEquals(0, kith.run("init"), kith.err);
    new IdentityFiles(home).root("one".toCharArray()).close();
  }

  @Test
  void statusIsForPeopleAndForPrograms() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("status"), kith.err);
      for (String part :
          List.of(
              "4+2: any 2 of 7",
              "nothing is proved",
              "Target      survive 2 losses: met; 5 partners are wanted",
              "lost within a year: 2.0e-05; not to be read at a given moment: 1.9e-05 (a guess)",
              "0 B of 5.00 GiB promised; at 20 Mbit/s up you can keep 400 GB for others",
              "others are told 203.0.113.7:5484; router: for 2 h by NAT-PMP; 3.00 MiB relayed for",
              "Warning: too few partners",
              "on " + home.resolve("mnt"),
              "no partners",
              "4.00 KiB",
              "only on this machine")) {
        assertTrue(kith.out.contains(part), part + " is not in: " + kith.out);
      }
      assertEquals(0, kith.run("status", "--json"), kith.err);
      var json = new JsonMapper().readTree(kith.out);
      assertEquals(3, json.at("/files/safe/files").asInt());
      assertFalse(json.at("/proof/proved").asBoolean(true));
      assertEquals("2027-11-22T10:00:00Z", json.at("/credentialExpires").asText());
      assertTrue(server != null);
    }
  }

  @Test
  void waitingShowsProgressOnATerminalOnly() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("wait", "--timeout", "9s"), kith.err);
      assertEquals("2 files, 20 B: safe", kith.out.strip());
      assertEquals("", kith.err);
      kith.terminal = true;
      assertEquals(0, kith.run("wait", "--timeout", "2s"), kith.err);
      assertTrue(kith.out.contains("locked until 2026-12-19"), kith.out);
      assertTrue(kith.err.contains("shipping  1 B of 3 B (33%)  1/3"), kith.err);
      assertFailsQuietly(17, "not yet safe", "wait", "--timeout", "1s");
      assertTrue(server != null);
    }
  }

  private void assertFailsQuietly(int code, String message, String... arguments) {
    kith.terminal = false;
    assertFails(code, message, arguments);
  }

  @Test
  void anImportTellsWhatItDidAndWhatItCouldNot() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("import", "/some", "to/there"), kith.err);
      assertEquals(
          "imported 2 files, 20 B to /to/there; 1 file, 4.00 KiB had not changed",
          kith.out.strip());
      assertEquals("", kith.err);
      assertEquals(0, kith.run("import", "-n", "--json", "/some"), kith.err);
      assertTrue(kith.out.contains("\"dryRun\" : true"), kith.out);
      assertEquals(3, kith.run("import", "/some/bad"));
      assertEquals(
          List.of(
              "kith: not imported: a/b\\xf6: Permission denied", "kith: not imported: and 1 more"),
          CommandHarness.lines(kith.err));
      assertFails(2, "SOURCE is empty", "import", "");
      assertFails(2, "SOURCE", "import");
      kith.terminal = true;
      assertEquals(0, kith.run("import", "."), kith.err);
      assertTrue(kith.err.contains("importing"), kith.err);
    }
  }

  @Test
  void aRestoreTellsWhatItDidAndWhatItCouldNot() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("restore", "latest:docs", "/back"), kith.err);
      assertEquals(
          "restored 3 files, 2.93 KiB to /back; 1 file, 5 B were there already", kith.out.strip());
      assertEquals("", kith.err);
      assertEquals(0, kith.run("restore", "-n", "latest", "/back"), kith.err);
      assertEquals(
          "would restore 3 files, 2.93 KiB to /back, where 1.00 GiB are free", kith.out.strip());
      assertEquals(0, kith.run("restore", "--json", "latest", "/back"), kith.err);
      assertTrue(kith.out.contains("\"links\" : 0"), kith.out);
      assertEquals(3, kith.run("restore", "bad", "/back"));
      assertEquals(
          List.of(
              "kith: not kept of 2: access control lists (a/c)",
              "kith: not restored: a/b\\xf6: needs 4 of its 6 shards",
              "kith: the same command tries again what is missing, and nothing else"),
          CommandHarness.lines(kith.err));
      assertFails(2, "restore takes SNAPSHOT[:PATH] and DEST", "restore", "latest");
      assertFails(2, "--list goes with --kit", "restore", "--list");
    }
    assertFails(12, "K01", "restore", "--kit", "pom.xml", "latest", "/back");
  }

  @Test
  void limitsAndPausesAreSetAndShown() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("limit"), kith.err);
      assertEquals("no limits", kith.out.strip());
      assertEquals(0, kith.run("limit", "--upload", "20 Mbit/s", "--cpu", "50%"), kith.err);
      assertEquals("upload 20 Mbit/s, cpu 50% of a processor", kith.out.strip());
      assertEquals(0, kith.run("limit", "--download", "2MiB/s", "--cpu", "none"), kith.err);
      assertEquals("upload 20 Mbit/s, download 2 MiB/s", kith.out.strip());
      assertEquals(0, kith.run("pause", "2h"), kith.err);
      assertTrue(kith.out.contains("paused until 2026-11-21T12:00:00Z"), kith.out);
      assertEquals(0, kith.run("status"), kith.err);
      assertTrue(kith.out.contains("Limits      upload 20 Mbit/s"), kith.out);
      assertEquals(0, kith.run("pause"), kith.err);
      assertTrue(kith.out.contains("paused until 'kith resume'"), kith.out);
      assertEquals(0, kith.run("resume"), kith.err);
      assertFalse(kith.out.contains("paused"), kith.out);
      assertEquals(0, kith.run("limit", "--hours", "Mo-Fr 22:00-06:00"), kith.err);
      assertTrue(
          kith.out.contains(
              "hours mo-fr 22:00-06:00 (Z), paused until 2026-11-23T22:00:00Z, outside the hours"),
          kith.out);
      assertEquals(0, kith.run("resume"), kith.err);
      assertTrue(kith.out.contains("resumed until they begin at 2026-11-23T22:00:00Z"), kith.out);
      assertEquals(0, kith.run("limit", "--hours", "always"), kith.err);
      assertFalse(kith.out.contains("hours"), kith.out);
      assertFails(2, "has minutes", "limit", "--hours", "mo 22:30-23:00");
      assertFails(2, "is no part of a schedule", "limit", "--hours", "nights");
      assertFails(2, "is no rate", "limit", "--upload", "fast");
      assertFails(2, "is no percentage", "limit", "--cpu", "0");
      assertFails(2, "too little", "limit", "--upload", "1kbit/s");
      assertFails(2, "is no time", "pause", "soon");
      assertTrue(server != null);
    }
  }

  @Test
  void withoutANodeLimitsAndPausesAreThoseOfItsNextStart() throws Exception {
    assertFails(10, "is not initialised", "limit", "--cpu", "50");
    assertFails(10, "is not initialised", "pause");
    initialise();
    String note = "No node runs in " + home + ": this holds from its next start.";
    assertEquals(0, kith.run("limit"), kith.err);
    assertEquals("no limits", kith.out.strip());
    assertEquals(note, kith.err.strip());
    assertEquals(0, kith.run("limit", "--upload", "20Mbit/s", "--hours", "8-9"), kith.err);
    assertTrue(kith.out.startsWith("upload 20 Mbit/s, hours 8-9 ("), kith.out);
    assertEquals(note, kith.err.strip());
    assertEquals(0, kith.run("pause", "2d"), kith.err);
    assertTrue(kith.out.contains("paused until"), kith.out);
    var limits = ConfigFile.read(home).limits();
    assertEquals("20 Mbit/s", limits.uploadRate().toString());
    assertEquals("2026-11-23T10:00:00Z", limits.pausedUntil().toString());
    assertEquals(0, kith.run("limit", "--hours", "always"), kith.err);
    assertEquals("upload 20 Mbit/s, paused until 2026-11-23T10:00:00Z", kith.out.strip());
    assertEquals(0, kith.run("resume"), kith.err);
    assertEquals("upload 20 Mbit/s", kith.out.strip());
    assertEquals(null, ConfigFile.read(home).limits().pausedUntil());
    Files.writeString(home.resolve(ConfigFile.NAME), "{\"limits\": {\"hours\": \"nights\"}}");
    assertFails(1, "'limits.hours': 'nights' is no part of a schedule", "pause");
  }

  @Test
  void whileANodeStartsOrEndsNothingIsChangedBehindItsBack() throws Exception {
    initialise();
    try (var held = Home.open(home)) {
      assertFails(11, "already holds", "pause");
      assertFails(11, "already holds", "limit", "--cpu", "50");
      assertEquals(0, kith.run("limit"), kith.err);
      assertTrue(held != null);
    }
    assertEquals(null, ConfigFile.read(home).limits().pausedUntil());
  }

  @Test
  void snapshotsComeAndGo() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("snapshot", "list"));
      assertEquals("no snapshots", kith.out.strip());
      assertEquals(0, kith.run("snapshot"));
      assertEquals("2026-11-21T10-00-00Z", kith.out.strip());
      assertEquals(0, kith.run("snapshot", "create", "100%"), kith.err);
      assertEquals("100%", kith.out.strip());
      assertFails(1, "exists already", "snapshot", "create", "100%");
      assertEquals(0, kith.run("snapshot", "hold", "100%"));
      assertEquals(0, kith.run("snapshot", "list"));
      assertEquals(1, kith.out.lines().filter(line -> line.endsWith("held")).count(), kith.out);
      assertEquals(0, kith.run("snapshot", "release", "100%"));
      assertFails(1, "there is no snapshot", "snapshot", "hold", "missing");
      assertEquals(0, kith.run("snapshot", "drop", "100%"));
      assertFails(1, "there is no snapshot", "snapshot", "drop", "100%");
      assertEquals(0, kith.run("snapshot", "list"));
      assertEquals(2, CommandHarness.lines(kith.out).size(), kith.out);
      assertEquals(0, kith.run("snapshot", "list", "--json"));
      var json = new JsonMapper().readTree(kith.out);
      assertEquals("local", json.at("/0/state").asText());
      assertTrue(server != null);
    }
  }

  @Test
  void theKitNamesThePartnersThatTheNodeKnows() throws Exception {
    initialise();
    var node = kith.node();
    var file = folder.resolve("kit.txt");
    try (var server = kith.serve(node)) {
      assertEquals(0, kith.run("kit"), kith.err);
      assertTrue(kith.err.contains("names no partners yet"), kith.err);
      var partner =
          new KitPartner(new OwnerId(new byte[32]), "Bo", List.of(new NodeAddress("b", 1)));
      node.setKitPartners(List.of(partner));
      assertEquals(0, kith.run("kit", "--output", file.toString()), kith.err);
      assertEquals("", kith.out + kith.err);
      var kit = KitParser.parse(Files.readString(file));
      assertEquals(List.of(partner), kit.partners());
      assertEquals(new IdentityFiles(home).drive().owner(), kit.owner());
      assertFails(1, "exists already", "kit", "--output", file.toString());
      assertTrue(server != null);
    }
    kith.environment.put(PassphraseOptions.VARIABLE, "wrong");
    try (var server = kith.serve(node)) {
      assertFails(12, "passphrase is wrong", "kit");
      assertTrue(server != null);
    }
  }

  @Test
  void aKitThatWillNotDoIsRefusedBeforeAnythingStarts() throws IOException {
    var view = Files.createDirectory(folder.resolve("view")).toString();
    kith.input = "hello";
    assertFails(12, "this is no kit", "recover", "--kit", "-", "--view", view);
    assertFails(1, "does not exist", "recover", "--kit", folder + "/none", "--view", view);
    kith.input = golden().replace("october", "octobre");
    assertFails(12, "'octobre', is not in the list", "recover", "--kit", "-", "--view", view);
    assertFalse(Files.exists(home), "nothing was made");
  }

  static String golden() throws IOException {
    try (var in = CommandTest.class.getResourceAsStream("/golden/kit-1.txt")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @Test
  void aHomeThatIsServedIsCode11() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertFails(11, "runs in " + home + " already", "mount", folder.toString());
      assertFails(11, "runs in " + home + " already", "serve");
      assertFails(1, "fusermount -uz", "umount", folder.resolve("else").toString());
      assertTrue(server != null);
    }
  }

  @Test
  void umountSaysWhatWasNotSafeInTime() throws Exception {
    initialise();
    try (var server = kith.serve(kith.node())) {
      assertFails(17, "unmounted, but not yet safe: 1 file is local", "umount", "--timeout", "1s");
      assertFails(2, "Not both", "umount", "--now", "--timeout", "1s");
      assertTrue(server != null);
    }
  }

  @Test
  void completionKnowsTheCommands() {
    assertEquals(0, kith.run("completion"));
    assertTrue(kith.out.contains("snapshot") && kith.out.contains("--passphrase-file"), "bash");
  }

  @Test
  void homeComesFromTheEnvironmentToo() {
    initialise();
    var other = new CommandHarness(home.resolve("../other"));
    assertEquals(10, other.run("status"), other.err);
    assertEquals(1, kith.run("status", "--home", home.toString()), kith.err);
    assertEquals(10, kith.run("status", "--home", folder.resolve("third").toString()), kith.err);
  }
}
