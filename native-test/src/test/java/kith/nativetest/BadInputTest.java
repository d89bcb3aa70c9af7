package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people mistype, mistake and plug together wrongly, between real processes: each is refused
 * with a message and its exit code, and the drive has lost nothing.
 */
final class BadInputTest {
  private static final String PORT = ":5484";
  private static final String OWNER = "127.0.0.110";
  private static final String PARTNER = "127.0.0.111";
  private static final String SPARE = "127.0.0.112";
  private static final String CONTENT = "what must not be lost\n";

  @TempDir static Path folder;
  private static CliHome owner;
  private static CliHome partner;
  private static CliHome spare;
  private static ProcessHandle ownersNode;
  private static ProcessHandle partnersNode;
  private static Path drive;
  private static String code;
  private static String kit;

  @BeforeAll
  static void aDriveThatIsSafeAtAPartner() throws IOException {
    owner = new CliHome(folder.resolve("o"));
    partner = new CliHome(folder.resolve("p"));
    spare = new CliHome(folder.resolve("s"));
    owner.init(OWNER + PORT);
    partner.init(PARTNER + PORT);
    spare.init(SPARE + PORT);
    drive = owner.beside("drive");
    ownersNode = owner.mount(drive);
    partnersNode = partner.serve();
    code = owner.done("partner", "invite", "--space", "1GiB");
    partner.done("partner", "accept", code);
    Files.writeString(drive.resolve("file"), CONTENT);
    owner.done("wait", "--timeout", "40s");
    kit = owner.done("kit");
  }

  @AfterEach
  void theDriveIsUnharmed() throws IOException {
    assertEquals(CONTENT, Files.readString(drive.resolve("file")));
    assertTrue(ownersNode.isAlive());
  }

  @AfterAll
  static void andComesBackFromTheKit() throws IOException {
    try (var bare = new CliHome(folder.resolve("b"))) {
      owner.done("wait", "--timeout", "40s");
      Path view = bare.beside("view");
      CliRun recovered = bare.kithReads(kit, "recover", "--kit", "-", "--view", view.toString());
      assertEquals(0, recovered.code(), recovered::toString);
      assertEquals(CONTENT, Files.readString(view.resolve("live/file")));
      bare.done("umount", view.toString());
    } finally {
      owner.close();
      partner.close();
      spare.close();
    }
  }

  private static void assertFails(int code, String message, CliRun run) {
    assertEquals(code, run.code(), run::toString);
    assertTrue(run.err().startsWith("kith: "), run::toString);
    assertTrue(run.err().contains(message), run::toString);
    assertFalse(run.err().contains("\tat "), () -> "a stack trace: " + run);
    assertEquals("", run.out());
  }

  @Test
  void aWrongPassphraseOpensNothing() throws IOException {
    assertFails(12, "the passphrase is wrong", owner.kithWithPassphrase("wrong", "kit"));
    assertFails(
        12, "the passphrase is wrong", owner.kithWithPassphrase("wrong", "init", "--renew"));
  }

  @Test
  void withoutAPassphraseNothingIsMade() throws IOException {
    assertFails(2, "--passphrase-file", owner.kithWithPassphrase(null, "kit"));
    try (var nobody = new CliHome(folder.resolve("n"))) {
      assertFails(2, "KITH_PASSPHRASE", nobody.kithWithPassphrase(null, "init"));
      assertFalse(Files.exists(nobody.home().resolve("identity")));
    }
  }

  private static void assertKitRefused(String message, String text) throws IOException {
    try (var bare = new CliHome(folder.resolve("k"))) {
      Path view = bare.beside("view");
      assertFails(
          12, message, bare.kithReads(text, "recover", "--kit", "-", "--view", view.toString()));
      assertEquals("", Shell.run("ls -A '" + view + "'"));
      assertFalse(Files.exists(bare.home()), "the home of a refused kit");
    }
  }

  @Test
  void aKitThatWasCutOffIsSaidToBe() throws IOException {
    List<String> lines = kit.lines().toList();
    String most = lines.stream().limit(lines.size() - 5).collect(Collectors.joining("\n"));
    assertKitRefused("the kit is cut off", most);
  }

  @Test
  void aWordThatIsNoneIsNamed() throws IOException {
    String word = wordOfTheSecret(0);
    assertKitRefused("line K06: word 1, '" + word + "x', is not", kit.replace(word, word + "x"));
  }

  @Test
  void aLineWithTheWrongWordsIsNamed() throws IOException {
    String first = wordOfTheSecret(0);
    String second = wordOfTheSecret(1);
    String other = first.equals("abandon") ? "zoo" : "abandon";
    assertKitRefused(
        "line K06 is mistyped", kit.replace(first + " " + second, other + " " + second));
  }

  /** One of the first six; they are on line 6. */
  private static String wordOfTheSecret(int index) {
    String line =
        kit.lines().filter(each -> each.startsWith("K06 words ")).findFirst().orElseThrow();
    return line.split(" ", -1)[2 + index];
  }

  @Test
  void aMountPointThatWillNotDoIsLeftAsItIs() throws IOException {
    Path missing = folder.resolve("missing");
    assertFails(1, "mkdir -p " + missing, spare.kith("mount", missing.toString()));
    assertFalse(Files.exists(missing));
    Path used = Files.createDirectories(folder.resolve("used"));
    Files.writeString(used.resolve("mine"), "still here");
    assertFails(1, "is not empty", spare.kith("mount", used.toString()));
    assertEquals("still here", Files.readString(used.resolve("mine")));
    Path good = spare.beside("good");
    ProcessHandle node = spare.mount(good);
    spare.done("umount", good.toString());
    assertFalse(node.isAlive());
  }

  @Test
  void aSecondNodeIsRefusedAlsoWhenItCannotAskTheFirst() throws IOException {
    assertFails(11, "runs in " + owner.home(), owner.kith("serve"));
    ProcessHandle first = spare.serve();
    Files.delete(spare.home().resolve("run/node.sock"));
    assertFails(11, spare.home().toString(), spare.kith("serve"));
    assertFails(11, spare.home().toString(), spare.kith("serve", "--background"));
    assertTrue(first.isAlive());
    CliHome.kill(first);
  }

  @Test
  void aCodeIsUsedOnceAndAMistypedOneNotAtAll() throws IOException {
    ProcessHandle node = spare.serve();
    assertFails(13, "used already", spare.kith("partner", "accept", code));
    String group = code.split("-", -1)[1];
    String wrong = (group.startsWith("0") ? "1" : "0") + group.substring(1);
    assertFails(
        1,
        "group 2 (" + wrong + ") is wrong",
        spare.kith("partner", "accept", code.replace(group, wrong)));
    assertFails(13, "of your own", owner.kith("partner", "accept", code));
    assertEquals("no partners", spare.done("partner", "list"));
    assertEquals(2, owner.done("partner", "list").lines().count(), "a heading and the partner");
    CliHome.kill(node);
  }

  @Test
  void nothingIsGivenToOneWhoShowsAnotherKey() throws IOException {
    CliHome.kill(partnersNode);
    try {
      impersonatePartner();
    } finally {
      partnersNode = partner.serve();
    }
    owner.done("wait", "--timeout", "40s");
  }

  private static void impersonatePartner() throws IOException {
    try (var impostor = new CliHome(folder.resolve("i"))) {
      impostor.init(PARTNER + PORT);
      impostor.serve();
      Files.writeString(drive.resolve("new"), "not for everybody");
      assertFails(17, "not yet safe", owner.kith("wait", "--timeout", "3s"));
      assertTrue(owner.done("status").contains("unreachable"));
      assertEquals("", Shell.run("find '" + impostor.home() + "/held' -type f"));
      try (var bare = new CliHome(folder.resolve("d"))) {
        String view = bare.beside("view").toString();
        assertFails(14, "belongs to", bare.kithReads(kit, "recover", "--kit", "-", "--view", view));
      }
    }
  }

  @Test
  void withoutTheKernelsDeviceTheMountSaysSo() throws IOException {
    String emptied =
        "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/random c 1 8;"
            + " mknod -m 666 /dev/urandom c 1 9; exec \"$@\"";
    assertFails(1, "/dev/fuse is missing", mountWhere(emptied));
  }

  @Test
  void withoutLibfuseTheMountNamesThePackage() throws IOException {
    String hidden =
        "for lib in $(ldconfig -p | sed -nE 's/.*libfuse(3.so.3|.so.2) .*=> //p'); do"
            + " mount --bind /dev/null $(readlink -f $lib); done; exec \"$@\"";
    assertFails(1, "install the package fuse3", mountWhere(hidden));
  }

  /** Mounts in a namespace that the script has changed. */
  private static CliRun mountWhere(String script) throws IOException {
    return spare.kithBehind(
        List.of("unshare", "-m", "--propagation", "private", "sh", "-euc", script, "sh"),
        "mount",
        spare.beside("nowhere").toString());
  }
}
