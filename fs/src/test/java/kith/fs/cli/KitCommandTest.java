package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import kith.codec.OwnerId;
import kith.fs.KitParser;
import kith.fs.KitPartner;
import kith.fs.node.ControlServer;
import kith.fs.node.FakeNode;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Printing, checking and opening kits, against a node that only remembers. */
class KitCommandTest {
  @TempDir Path folder;
  private CommandHarness kith;
  private FakeNode node;

  @BeforeEach
  void prepare() {
    kith = new CommandHarness(folder.resolve("home"));
    kith.initialise();
    node = kith.node();
    node.setKitPartners(partners(0, 1, 2));
  }

  private static List<KitPartner> partners(int... numbers) {
    return IntStream.of(numbers)
        .mapToObj(
            i -> {
              byte[] id = new byte[OwnerId.SIZE];
              id[0] = (byte) i;
              return new KitPartner(
                  new OwnerId(id), "Bo " + i, List.of(new NodeAddress("b" + i, 1)));
            })
        .toList();
  }

  /** With a node that serves. */
  private interface Check {
    void run() throws Exception;
  }

  private void serving(Check check) throws Exception {
    try (ControlServer server = kith.serve(node)) {
      check.run();
      assertTrue(server != null);
    }
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String printed(String name, String... more) throws Exception {
    var arguments = new java.util.ArrayList<>(List.of("kit", "--output", file(name)));
    arguments.addAll(List.of(more));
    serving(() -> assertEquals(0, kith.run(arguments.toArray(String[]::new)), kith.err));
    return file(name);
  }

  private String secret(String name, String passphrase) throws Exception {
    return Files.writeString(folder.resolve(name), passphrase + "\n").toString();
  }

  @Test
  void aSheetIsWrittenInEveryForm() throws Exception {
    serving(
        () -> {
          String[] all = {
            "kit", "--pdf", file("k.pdf"), "--html", file("k.html"), "--output", file("k.txt")
          };
          assertEquals(0, kith.run(all), kith.err);
          assertEquals("", kith.out + kith.err);
          assertEquals(0, kith.run("kit", "--pdf", file("again.pdf")), kith.err);
          assertEquals("", kith.out, "no secret on the terminal that nobody asked for");
          kith.assertFails(1, "exists already", "kit", "--pdf", file("k.pdf"));
          assertEquals(0, kith.run("kit", "--verify", file("k.html")), kith.err);
          assertEquals(0, kith.run("kit", "--verify", file("k.txt")), kith.err);
          kith.assertFails(12, "a PDF can't be read", "kit", "--verify", file("k.pdf"));
        });
    for (String name : List.of("k.pdf", "k.html", "k.txt")) {
      var mode = Files.getPosixFilePermissions(folder.resolve(name));
      assertEquals("rw-------", PosixFilePermissions.toString(mode), name);
    }
    assertTrue(Files.readString(folder.resolve("k.html")).contains("<svg"), "a code to scan");
  }

  @Test
  void theHomeRemembersWhoIsOnTheSheet() throws Exception {
    node.setKitPartners(partners(IntStream.range(0, 40).toArray()));
    serving(() -> assertEquals(0, kith.run("kit", "--html", file("k.html")), kith.err));
    int there = KitParser.parse(Files.readString(folder.resolve("k.html"))).partners().size();
    assertTrue(there > 5 && there < 40, there + " partners");
    var mark = new JsonMapper().readTree(folder.resolve("home/identity/kit.json").toFile());
    assertEquals(there, mark.at("/partners").size());
    printed("k.txt");
    mark = new JsonMapper().readTree(folder.resolve("home/identity/kit.json").toFile());
    assertEquals(40, mark.at("/partners").size());
  }

  @Test
  void aKitOfNowIsVerified() throws Exception {
    String kit = printed("kit.txt");
    serving(
        () -> {
          assertEquals(0, kith.run("kit", "--verify", kit), kith.err);
          assertTrue(kith.out.contains("The words open this drive."), kith.out);
          assertTrue(
              kith.out.contains(
                  "3 of the 3 partners that the kit names still are: it works until 3 more are"
                      + " gone. 0 partners are not in it."),
              kith.out);
          kith.input = Files.readString(Path.of(kit));
          assertEquals(0, kith.run("kit", "--verify", "-"), kith.err);
        });
  }

  @Test
  void anOldKitTellsHowLongItWorks() throws Exception {
    String kit = printed("kit.txt");
    node.setKitPartners(partners(1, 2, 3, 4));
    serving(
        () -> {
          assertEquals(0, kith.run("kit", "--verify", kit), kith.err);
          assertTrue(
              kith.out.contains(
                  "2 of the 3 partners that the kit names still are: it works until 2 more are"
                      + " gone. 2 partners are not in it."),
              kith.out);
          node.setKitPartners(partners(2, 3));
          assertEquals(0, kith.run("kit", "--verify", kit), kith.err);
          assertTrue(kith.out.contains("it works until that one is gone"), kith.out);
          node.setKitPartners(partners(3, 4));
          assertEquals(14, kith.run("kit", "--verify", kit), kith.err);
          assertTrue(kith.out.contains("it brings nothing back; print a new one"), kith.out);
        });
  }

  @Test
  void theKitOfAnotherDriveIsToldBeforeItsPassphraseIsAsked() throws Exception {
    var other = new CommandHarness(folder.resolve("other"));
    other.initialise();
    String foreign = file("foreign.txt");
    try (var server = other.serve(other.node())) {
      String passphrase = secret("p", "tulip");
      String[] print = {"kit", "-o", foreign, "--kit-passphrase-file", passphrase};
      assertEquals(0, other.run(print), other.err);
      assertTrue(server != null);
    }
    serving(() -> kith.assertFails(12, "the kit of another drive", "kit", "--verify", foreign));
  }

  @Test
  void aMistypedLineIsNamed() throws Exception {
    Path kit = Path.of(printed("kit.txt"));
    Files.writeString(kit, Files.readString(kit).replace("Bo 1", "Bo l"));
    serving(() -> kith.assertFails(12, "line K16 is mistyped", "kit", "--verify", kit.toString()));
    kith.assertFails(12, "line K16 is mistyped", "recover", "--kit", kit.toString(), "--view", ".");
    kith.assertFails(12, "line K16", "restore", "--kit", kit.toString(), "latest", "/back");
  }

  @Test
  void aKitWithAPassphraseOpensNothingWithoutIt() throws Exception {
    String good = secret("good", "tulip");
    String bad = secret("bad", "rose");
    String kit = printed("kit.txt", "--kit-passphrase-file", good);
    var read = KitParser.parse(Files.readString(Path.of(kit)));
    assertTrue(read.mask().isPresent());
    assertEquals(128 * 1024, read.mask().get().cost().memoryKib(), "as costly as on paper");
    String wrong = "passphrase of this kit is another one";
    String[] restore = {"restore", "--kit", kit, "latest", "/back", "--kit-passphrase-file", ""};
    restore[6] = bad;
    kith.assertFails(12, wrong, restore);
    restore[6] = good;
    kith.assertFails(14, "none of the partners", restore);
    String[] recover = {"recover", "--foreground", "--kit", kit, "--view", file("view")};
    kith.assertFails(2, "--kit-passphrase-file", recover);
    kith.environment.put(KitPassphraseOptions.VARIABLE, "rose");
    kith.assertFails(12, wrong, recover);
    serving(
        () -> {
          kith.assertFails(12, wrong, "kit", "--verify", kit);
          kith.environment.put(KitPassphraseOptions.VARIABLE, "tulip");
          assertEquals(0, kith.run("kit", "--verify", kit), kith.err);
          assertTrue(kith.out.contains("with the kit's passphrase"), kith.out);
        });
    assertFalse(Files.exists(folder.resolve("view")), "nothing was made");
  }

  @Test
  void thePassphraseOfAKitIsAskedForTwice() throws Exception {
    serving(
        () -> {
          kith.typed.addAll(List.of("one", "two"));
          kith.assertFails(1, "passphrases differ", "kit", "--with-passphrase");
          kith.typed.addAll(List.of("one", "one"));
          assertEquals(0, kith.run("kit", "--with-passphrase"), kith.err);
          assertTrue(KitParser.parse(kith.out).mask().isPresent());
          kith.input = kith.out;
          kith.typed.add("one");
          assertEquals(0, kith.run("kit", "--verify", "-"), kith.err);
        });
  }
}
