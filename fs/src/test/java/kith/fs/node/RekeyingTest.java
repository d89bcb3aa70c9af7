package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import kith.codec.SecretBox;
import kith.codec.WrongKeyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home gets another root secret: wholly or not at all. */
final class RekeyingTest {
  private static final InstantSource CLOCK = InstantSource.fixed(FakeNode.NOW);

  @TempDir Path folder;
  private final SecureRandom random = new SecureRandom();
  private final SecretBox box = new SecretBox(random, new SecretBox.Cost(64, 1, 1));
  private Path home;
  private DriveInfo drive;
  private NodeSecrets before;

  @BeforeEach
  void prepare() throws Exception {
    home = folder.resolve("home");
    drive = InitialiserTest.initialiser(CLOCK).initialise(home, NodeConfig.DEFAULT, first());
    before = new IdentityFiles(home).secrets();
  }

  private static char[] first() {
    return "first".toCharArray();
  }

  private Rekeying rekeying(Consumer<String> steps) {
    return new Rekeying(home, CLOCK, random, box, steps);
  }

  private List<String> rekey(Consumer<String> steps) throws Exception {
    try (var next = rekeying(steps).prepare(first())) {
      List<String> words = next.root().words();
      next.commit(first(), KitMark.of(FakeNode.NOW, List.of()));
      return words;
    }
  }

  private List<String> words() throws Exception {
    try (var root = new IdentityFiles(home).root(first())) {
      assertEquals(drive.owner(), new IdentityFiles(home).drive().ownerKey(root).id());
      return root.words();
    }
  }

  @Test
  void theNodeIsTheSameAndItsOwnerHasAnotherKey() throws Exception {
    List<String> old = words();
    List<String> words = rekey(step -> {});
    assertEquals(words, words());
    assertNotEquals(old, words);
    NodeSecrets now = new IdentityFiles(home).secrets();
    assertEquals(drive.owner(), now.identity().owner());
    assertEquals(
        before.identity().credential().publicForm(), now.identity().credential().publicForm());
    assertEquals(1, now.identity().credential().lineage().generation());
    assertEquals(List.of(before.keys()), now.keys().former());
    assertTrue(KitMark.read(home).isPresent());
    try (var entries = Files.list(home)) {
      assertTrue(
          entries.noneMatch(each -> each.getFileName().toString().startsWith("identity.")),
          "nothing of the former secret is left");
    }
    new Initialiser(CLOCK, random, box).renew(home, first());
    assertEquals(
        1, new IdentityFiles(home).secrets().identity().credential().lineage().generation());
  }

  @Test
  void aCrashAtAnyStepLeavesOneOfTheTwo() throws Exception {
    List<String> old = words();
    int steps = 0;
    for (String crash : List.of("fill", "commit", "finish")) {
      Consumer<String> dies =
          step -> {
            if (step.equals(crash)) {
              throw new IllegalStateException("power is gone");
            }
          };
      try (var next = rekeying(dies).prepare(first())) {
        List<String> words = next.root().words();
        assertThrows(
            IllegalStateException.class,
            () -> next.commit(first(), KitMark.of(FakeNode.NOW, List.of())));
        assertTrue(new IdentityFiles(home).exist());
        assertEquals(crash.equals("finish") ? words : old, words(), crash);
        assertArrayEquals(before.identity().owner().toBytes(), secretsOwner());
      }
      steps++;
    }
    assertEquals(3, steps);
    assertEquals(words(), words());
    List<String> again = rekey(step -> {});
    assertEquals(again, words(), "what a crash has left is in nobody's way");
    assertEquals(2, new IdentityFiles(home).drive().lineage().generation());
  }

  private byte[] secretsOwner() throws Exception {
    return new IdentityFiles(home).secrets().identity().owner().toBytes();
  }

  @Test
  void whatIsNotConfirmedChangesNothing() throws Exception {
    List<String> old = words();
    rekeying(step -> {}).prepare(first()).close();
    assertEquals(old, words());
    assertEquals(0, new IdentityFiles(home).drive().lineage().generation());
  }

  @Test
  void otherPassphrasesAreNamedAndRemovedAndKeyFilesStay() throws Exception {
    var slots = new UnlockSlots(home, random, box);
    slots.addPassphrase("second", first(), "another".toCharArray());
    slots.addKeyFile("stick", first(), folder.resolve("stick"));
    try (var next = rekeying(step -> {}).prepare(first())) {
      assertEquals(List.of("second"), next.closing());
      next.commit(first(), KitMark.of(FakeNode.NOW, List.of()));
    }
    assertEquals(
        List.of("passphrase", "home", "stick"),
        slots.list().stream().map(UnlockSlotInfo::name).toList());
    assertThrows(
        WrongKeyException.class, () -> new IdentityFiles(home).root("another".toCharArray()));
    Files.delete(home.resolve("identity").resolve("key"));
    byte[] key = slots.unattended(command -> new char[0], why -> {});
    assertEquals(drive.owner(), new IdentityFiles(home).secrets(key).identity().owner());
    slots.addPassphrase("second", first(), "another".toCharArray());
    try (var next = rekeying(step -> {}).prepare("another".toCharArray())) {
      assertEquals(List.of("passphrase"), next.closing());
      next.commit("another".toCharArray(), KitMark.of(FakeNode.NOW, List.of()));
    }
    assertFalse(Files.exists(home.resolve("identity").resolve("root.box")));
    assertEquals(2, new IdentityFiles(home).secrets(key).keys().former().size());
  }
}
