package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kith.codec.CorruptDataException;
import kith.codec.OwnerKey;
import kith.codec.SecretBox;
import kith.codec.WrongKeyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnlockSlotsTest {
  private static final UnlockSlots.Commands ECHO = command -> command.substring(5).toCharArray();
  private static final UnlockSlots.Commands NONE =
      command -> {
        throw new NodeException(ExitCode.ERROR, "the command fails");
      };

  @TempDir Path folder;
  private Path home;
  private Path identity;
  private SecretBox box;
  private UnlockSlots slots;
  private IdentityFiles files;
  private byte[] nodeKey;
  private DriveInfo drive;
  private final List<String> closed = new ArrayList<>();

  @BeforeEach
  void prepare() throws Exception {
    home = folder.resolve("home");
    identity = home.resolve("identity");
    drive =
        InitialiserTest.initialiser(InstantSource.fixed(FakeNode.NOW))
            .initialise(home, NodeConfig.DEFAULT, chars("first"));
    var random = new SecureRandom();
    box = new SecretBox(random, new SecretBox.Cost(64, 1, 1));
    slots = new UnlockSlots(home, random, box);
    files = new IdentityFiles(home);
    nodeKey = files.key();
  }

  private static char[] chars(String passphrase) {
    return passphrase.toCharArray();
  }

  private List<String> names() throws Exception {
    return slots.list().stream().map(UnlockSlotInfo::name).toList();
  }

  private byte[] unattended(UnlockSlots.Commands commands) throws Exception {
    return slots.unattended(commands, closed::add);
  }

  private void assertOpensAll(String passphrase) throws Exception {
    try (var root = files.root(chars(passphrase))) {
      assertEquals(drive.owner(), OwnerKey.derive(root).id());
    }
    byte[] key = files.nodeKey(chars(passphrase));
    assertArrayEquals(nodeKey, key);
    assertEquals(drive.owner(), files.secrets(key).identity().owner());
  }

  private void assertOpensNothing(String passphrase) {
    assertThrows(WrongKeyException.class, () -> files.root(chars(passphrase)));
    assertThrows(WrongKeyException.class, () -> files.nodeKey(chars(passphrase)));
  }

  @Test
  void aNewHomeHasAPassphraseAndAKeyFile() throws Exception {
    assertEquals(List.of("passphrase", "home"), names());
    assertArrayEquals(nodeKey, unattended(NONE));
    assertOpensAll("first");
  }

  @Test
  void aPassphraseIsChanged() throws Exception {
    assertEquals("passphrase", slots.change(chars("first"), chars("second")));
    assertOpensAll("second");
    assertOpensNothing("first");
    var wrong =
        assertThrows(WrongKeyException.class, () -> slots.change(chars("first"), chars("third")));
    assertTrue(wrong.getMessage().contains("passphrase is wrong"), wrong.getMessage());
    assertOpensAll("second");
  }

  @Test
  void severalPassphrasesOpenAndAreChangedOnTheirOwn() throws Exception {
    slots.addPassphrase("partner", chars("first"), chars("other"));
    assertOpensAll("first");
    assertOpensAll("other");
    assertEquals("partner", slots.change(chars("other"), chars("another")));
    assertOpensAll("first");
    assertOpensAll("another");
    assertOpensNothing("other");
    assertEquals(List.of("passphrase", "home", "partner"), names());
  }

  @Test
  void keyFilesAndCommandsStartTheNodeWithoutTheOneInTheHome() throws Exception {
    Path stick = folder.resolve("stick.key");
    slots.addKeyFile("stick", chars("first"), stick);
    slots.addCommand("vault", chars("first"), "echo pass", chars("pass"));
    slots.remove("home", chars("first"));
    assertEquals(List.of("passphrase", "stick", "vault"), names());
    assertArrayEquals(nodeKey, unattended(NONE));
    Files.move(stick, folder.resolve("away.key"));
    assertArrayEquals(nodeKey, unattended(ECHO));
    assertNull(unattended(NONE), "nothing opens without a person");
    assertOpensAll("first");
    Files.write(stick, new byte[32]);
    assertNull(unattended(NONE), "another key file");
    assertTrue(closed.contains("unlock slot 'stick' does not open: the key file is another one"));
    Files.write(stick, new byte[5]);
    assertArrayEquals(nodeKey, unattended(ECHO), "another slot is taken");
    assertTrue(closed.get(closed.size() - 1).startsWith("unlock slot 'stick'"), closed.toString());
  }

  @Test
  void whatIsDamagedKeepsNoOtherSlotFromOpening() throws Exception {
    slots.addPassphrase("more", chars("first"), chars("other"));
    slots.addCommand("vault", chars("first"), "echo pass", chars("pass"));
    Files.write(identity.resolve("root.box"), new byte[7]);
    Files.write(identity.resolve("key"), new byte[5]);
    assertArrayEquals(nodeKey, unattended(ECHO));
    assertEquals("more", files.unlock(chars("other")).slot());
    assertThrows(CorruptDataException.class, () -> files.unlock(chars("guess")));
  }

  @Test
  void aKeyFileThatIsThereIsTaken() throws Exception {
    Path stick = folder.resolve("stick.key");
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 3);
    Files.write(stick, key);
    slots.addKeyFile("stick", chars("first"), stick);
    assertArrayEquals(key, Files.readAllBytes(stick));
    slots.remove("home", chars("first"));
    assertArrayEquals(nodeKey, unattended(NONE));
  }

  @Test
  void theLastPassphraseStays() throws Exception {
    var last = assertThrows(NodeException.class, () -> slots.remove("passphrase", chars("first")));
    assertTrue(last.getMessage().contains("The last passphrase"), last.getMessage());
    slots.addPassphrase("second", chars("first"), chars("other"));
    assertThrows(WrongKeyException.class, () -> slots.remove("passphrase", chars("guess")));
    slots.remove("passphrase", chars("other"));
    assertEquals(List.of("home", "second"), names());
    assertOpensNothing("first");
    assertOpensAll("other");
    slots.remove("home", chars("other"));
    assertThrows(NodeException.class, () -> slots.remove("second", chars("other")));
    assertOpensAll("other");
  }

  @Test
  void namesAreChecked() throws Exception {
    for (String bad : List.of("", "A", "a b", "../x", "-a", "x.new", "a".repeat(33))) {
      var refused =
          assertThrows(
              NodeException.class, () -> slots.addPassphrase(bad, chars("first"), chars("x")), bad);
      assertEquals(ExitCode.USAGE, refused.code());
    }
    for (String taken : List.of("home", "passphrase")) {
      assertThrows(
          NodeException.class, () -> slots.addPassphrase(taken, chars("first"), chars("x")));
    }
    for (int i = 0; i < 14; i++) {
      slots.addPassphrase("s" + i, chars("first"), chars("x" + i));
    }
    var full =
        assertThrows(
            NodeException.class, () -> slots.addPassphrase("more", chars("first"), chars("x")));
    assertTrue(full.getMessage().contains("16 unlock slots"), full.getMessage());
    assertThrows(NodeException.class, () -> slots.remove("none", chars("first")));
  }

  /** A home of before there were slots: the passphrase wraps the root secret alone. */
  @Test
  void aHomeOfBeforeIsTakenOver() throws Exception {
    byte[] root;
    try (var secret = files.root(chars("first"))) {
      root = secret.toBytes();
    }
    Files.write(identity.resolve("root.box"), box.wrap(root, chars("first")));
    assertOpensAll("first");
    slots.remove("home", chars("first"));
    assertOpensAll("first");
  }

  @Test
  void theNodeKeyOfAHomeOfBeforeIsNotLost() throws Exception {
    byte[] root;
    try (var secret = files.root(chars("first"))) {
      root = secret.toBytes();
    }
    Files.write(identity.resolve("root.box"), box.wrap(root, chars("first")));
    slots.addPassphrase("more", chars("first"), chars("other"));
    var refused = assertThrows(NodeException.class, () -> slots.remove("home", chars("other")));
    assertTrue(refused.getMessage().contains("older than unlock slots"), refused.getMessage());
    slots.remove("more", chars("first"));
    slots.remove("home", chars("first"));
    assertOpensAll("first");
  }

  private Map<String, byte[]> state() throws IOException {
    var state = new HashMap<String, byte[]>();
    try (var entries = Files.list(identity)) {
      for (Path file : entries.toList()) {
        state.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return state;
  }

  private void putBack(Map<String, byte[]> state) throws IOException {
    PrivateFiles.deleteTree(identity);
    Files.createDirectory(identity);
    for (var file : state.entrySet()) {
      Files.write(identity.resolve(file.getKey()), file.getValue());
    }
  }

  /** Whatever a crash leaves of a file that is written and renamed. */
  private List<Map<String, byte[]>> crashes(
      String name, Map<String, byte[]> before, Map<String, byte[]> after) {
    var empty = new HashMap<>(before);
    empty.put(name + ".new", new byte[0]);
    var torn = new HashMap<>(before);
    torn.put(name + ".new", Arrays.copyOf(after.get(name), 40));
    var whole = new HashMap<>(before);
    whole.put(name + ".new", after.get(name));
    return List.of(before, empty, torn, whole, after);
  }

  @Test
  void aCrashAtAnyStepOfAChangeLeavesOneThatOpens() throws Exception {
    var before = state();
    slots.change(chars("first"), chars("second"));
    var after = state();
    for (var crash : crashes("root.box", before, after)) {
      putBack(crash);
      assertOpensAll(crash.equals(after) ? "second" : "first");
      assertNotNull(unattended(NONE));
      slots.change(chars(crash.equals(after) ? "second" : "first"), chars("third"));
      assertOpensAll("third");
    }
  }

  @Test
  void aCrashAtAnyStepOfAnAdditionChangesNoOther() throws Exception {
    var before = state();
    slots.addPassphrase("more", chars("first"), chars("other"));
    var after = state();
    for (var crash : crashes("slot-more", before, after)) {
      putBack(crash);
      assertOpensAll("first");
      boolean done = crash.equals(after);
      assertEquals(done, names().contains("more"));
      if (!done) {
        slots.addPassphrase("more", chars("first"), chars("other"));
      }
      assertOpensAll("other");
    }
  }

  @Test
  void aCrashBeforeTheKeyFileIsGoneLeavesBoth() throws Exception {
    var before = state();
    slots.remove("home", chars("first"));
    var after = state();
    var rewritten = new HashMap<>(after);
    rewritten.put("key", before.get("key"));
    for (var crash : crashes("root.box", before, rewritten)) {
      putBack(crash);
      assertOpensAll("first");
      assertArrayEquals(nodeKey, unattended(NONE));
    }
    putBack(after);
    assertOpensAll("first");
  }

  @Test
  void aDamagedSlotIsNamed() throws Exception {
    slots.addPassphrase("more", chars("first"), chars("other"));
    Path file = identity.resolve("slot-more");
    byte[] good = Files.readAllBytes(file);
    for (byte[] bad :
        List.of(new byte[0], Arrays.copyOf(good, 7), Arrays.copyOf(new byte[1], good.length))) {
      Files.write(file, bad);
      var damaged = assertThrows(CorruptDataException.class, slots::list);
      assertTrue(damaged.getMessage().contains("slot-more"), damaged.getMessage());
      assertOpensAll("first");
    }
  }

  @Test
  void aSlotIsWrittenAsItIsRead() throws Exception {
    var slot = new UnlockSlot(UnlockSlot.Kind.COMMAND, "secret-tool \u00e9", new byte[] {1, 2});
    byte[] bytes = slot.toBytes();
    assertEquals(
        "4b534c54" + "01" + "03" + "000e" + "7365637265742d746f6f6c20c3a9" + "0102",
        java.util.HexFormat.of().formatHex(bytes));
    assertArrayEquals(bytes, UnlockSlot.ofBytes(bytes).toBytes());
  }
}
