package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kith.codec.OwnerId;
import kith.fs.Kit;
import kith.fs.KitParser;
import kith.fs.KitPartner;
import kith.fs.node.ControlServer;
import kith.fs.node.FakeNode;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kith rekey}, against a node that only remembers. */
class RekeyCommandTest {
  @TempDir Path folder;
  private CommandHarness kith;
  private FakeNode node;

  @BeforeEach
  void prepare() {
    kith = new CommandHarness(folder.resolve("home"));
    kith.initialise();
    node = kith.node();
    node.setKitPartners(
        List.of(
            new KitPartner(
                new OwnerId(new byte[OwnerId.SIZE]), "Bo", List.of(new NodeAddress("b", 1)))));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Kit kit(String name) throws Exception {
    return KitParser.parse(Files.readString(folder.resolve(name)));
  }

  @Test
  void theNewKitIsTheDrivesAndTheFormerIsToldSo() throws Exception {
    try (ControlServer server = kith.serve(node)) {
      assertEquals(0, kith.run("kit", "--output", file("old.txt")), kith.err);
      assertEquals(0, kith.run("rekey", "--yes", "--output", file("new.txt")), kith.err);
      assertTrue(kith.err.contains("'kith umount'"), kith.err);
      assertTrue(kith.err.contains("0 of 1 partners know yet"), kith.err);
      Kit old = kit("old.txt");
      Kit now = kit("new.txt");
      assertEquals(old.owner(), now.owner());
      assertEquals(Kit.REKEYED_VERSION, now.version());
      assertNotEquals(old.words(), now.words());
      assertEquals(0, kith.run("kit", "--verify", file("new.txt")), kith.err);
      kith.assertFails(12, "this kit was replaced on ", "kit", "--verify", file("old.txt"));
      assertEquals(0, kith.run("kit", "--output", file("again.txt")), kith.err);
      assertEquals(now.words(), kit("again.txt").words());
      assertEquals(now.lineage(), kit("again.txt").lineage());
      assertTrue(server != null);
    }
  }

  @Test
  void aSheetHasRoomForItAndMayWantAPassphrase() throws Exception {
    String secret = Files.writeString(folder.resolve("p"), "tulip\n").toString();
    try (ControlServer server = kith.serve(node)) {
      String[] all = {"rekey", "--yes", "--html", file("k.html"), "--kit-passphrase-file", secret};
      assertEquals(0, kith.run(all), kith.err);
      String[] verify = {"kit", "--verify", file("k.html"), "--kit-passphrase-file", secret};
      assertEquals(0, kith.run(verify), kith.err);
      Files.writeString(folder.resolve("q"), "rose\n");
      kith.assertFails(
          12,
          "the passphrase of this kit is another one",
          "kit",
          "--verify",
          file("k.html"),
          "--kit-passphrase-file",
          file("q"));
      assertTrue(server != null);
    }
  }

  @Test
  void nothingChangesUntilItIsConfirmed() throws Exception {
    try (ControlServer server = kith.serve(node)) {
      assertEquals(0, kith.run("kit", "--output", file("old.txt")), kith.err);
      kith.assertFails(2, "say --yes if it is meant", "rekey", "--output", file("x.txt"));
      assertTrue(Files.notExists(folder.resolve("x.txt")));
      kith.typed.add("no");
      assertEquals(2, kith.run("rekey", "--output", file("y.txt")), kith.err);
      assertTrue(kith.err.contains("nothing was changed"), kith.err);
      assertEquals(0, kith.run("kit", "--verify", file("old.txt")), kith.err);
      kith.typed.add("rekey");
      assertEquals(0, kith.run("rekey", "--output", file("z.txt")), kith.err);
      kith.assertFails(12, "a rekey that is not", "kit", "--verify", file("y.txt"));
      assertEquals(0, kith.run("kit", "--verify", file("z.txt")), kith.err);
      assertTrue(server != null);
    }
  }

  @Test
  void withoutANodeOrAPassphraseNothingIsDone() {
    kith.assertFails(1, "", "rekey", "--yes");
    kith.environment.put(PassphraseOptions.VARIABLE, "wrong");
    kith.assertFails(1, "", "rekey", "--yes");
  }
}
