package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerKey;
import kith.codec.SecretBox;
import kith.codec.WrongKeyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialiserTest {
  private static final InstantSource CLOCK = InstantSource.fixed(FakeNode.NOW);
  private static final char[] PASSPHRASE = "correct horse".toCharArray();

  @TempDir Path folder;
  private Path home;
  private Initialiser initialiser;
  private IdentityFiles files;

  @BeforeEach
  void prepare() {
    home = folder.resolve("deep/home");
    initialiser = initialiser(CLOCK);
    files = new IdentityFiles(home);
  }

  /** With a guess that costs little, so that tests are quick. */
  static Initialiser initialiser(InstantSource clock) {
    var random = new SecureRandom();
    var cheap = new SecretBox.Cost(64, 1, 1);
    return new Initialiser(clock, random, new SecretBox(random, cheap));
  }

  private DriveInfo initialise() throws IOException, NodeException {
    return initialiser.initialise(home, NodeConfig.DEFAULT, PASSPHRASE);
  }

  @Test
  void aNewHomeHasAllThatANodeNeeds() throws Exception {
    var drive = initialise();
    assertEquals(FakeNode.NOW, drive.created());
    assertEquals(drive, files.drive());
    assertEquals(NodeConfig.DEFAULT, ConfigFile.read(home));
    var secrets = files.secrets();
    assertEquals(drive.owner(), secrets.identity().owner());
    assertEquals(1, secrets.identity().credential().epoch());
    try (var root = files.root(PASSPHRASE)) {
      assertEquals(drive.owner(), OwnerKey.derive(root).id());
      assertEquals(DriveKeys.derive(root), secrets.keys());
    }
  }

  @Test
  void nobodyElseMayReadIt() throws Exception {
    initialise();
    try (var all = Files.walk(home)) {
      for (Path path : all.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        assertEquals(Files.isDirectory(path) ? "rwx------" : "rw-------", mode, path.toString());
      }
    }
  }

  @Test
  void anotherPassphraseOpensNothing() throws Exception {
    initialise();
    assertThrows(WrongKeyException.class, () -> files.root("wrong horse".toCharArray()));
  }

  @Test
  void anInitialisedHomeIsLeftAlone() throws Exception {
    initialise();
    byte[] before = Files.readAllBytes(home.resolve("identity/root.box"));
    var refused = assertThrows(NodeException.class, this::initialise);
    assertTrue(refused.getMessage().contains("has a drive already"), refused.getMessage());
    assertArrayEquals(before, Files.readAllBytes(home.resolve("identity/root.box")));
    assertEquals(List.of("config.json", "identity"), names());
  }

  @Test
  void aFolderWithOtherThingsIsRefused() throws IOException {
    Files.createDirectories(home);
    Files.createFile(home.resolve("thesis.tex"));
    var refused = assertThrows(NodeException.class, this::initialise);
    assertTrue(refused.getMessage().contains("'thesis.tex' is in it"), refused.getMessage());
    assertEquals(List.of("thesis.tex"), names());
  }

  @Test
  void whatACrashLeftIsCleared() throws Exception {
    Files.createDirectories(home.resolve("identity.new-1234"));
    Files.createFile(home.resolve("identity.new-1234/key"));
    Files.createDirectories(home.resolve("identity"));
    Files.createDirectories(home.resolve("log"));
    initialise();
    assertEquals(List.of("config.json", "identity", "log"), names());
    assertTrue(files.exist());
  }

  @Test
  void aFailureLeavesNoIdentity() throws IOException {
    Files.createDirectories(home.resolve("config.json.new/x"));
    Files.createDirectories(home.resolve("config.json"));
    assertThrows(Exception.class, this::initialise);
    assertFalse(files.exist());
    assertFalse(names().stream().anyMatch(name -> name.startsWith("identity")), "left over");
  }

  @Test
  void aHomeWithoutADriveIsSaidSo() {
    var refused = assertThrows(NodeException.class, files::secrets);
    assertEquals(ExitCode.NOT_INITIALISED, refused.code());
    assertTrue(refused.getMessage().contains("kith init"), refused.getMessage());
  }

  @Test
  void everyDamagedFileIsNamed() throws Exception {
    for (String name : List.of("key", "keys.box", "node.box", "drive.json")) {
      var file = home.resolve("identity").resolve(name);
      PrivateFiles.deleteTree(home);
      initialise();
      byte[] good = Files.readAllBytes(file);
      for (byte[] bad : damaged(good)) {
        Files.write(file, bad);
        assertThrows(KithException.class, files::secrets, name + " of " + bad.length);
      }
      if (!name.equals("drive.json")) {
        Files.delete(file);
        var missing = assertThrows(CorruptDataException.class, files::secrets);
        assertTrue(missing.getMessage().contains(name + " is missing"), missing.getMessage());
      }
    }
  }

  private static List<byte[]> damaged(byte[] good) {
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 4;
    byte[] huge = new byte[70_000];
    return List.of(new byte[0], java.util.Arrays.copyOf(good, good.length - 1), flipped, huge);
  }

  @Test
  void aCredentialIsRenewedForTheSameNode() throws Exception {
    initialise();
    var later = FakeNode.NOW.plus(Duration.ofDays(360));
    var before = files.secrets().identity();
    var expires = initialiser(InstantSource.fixed(later)).renew(home, PASSPHRASE);
    var after = files.secrets().identity();
    assertEquals(after.expires(), expires);
    assertTrue(after.expires().isAfter(before.expires().plus(Duration.ofDays(300))));
    assertEquals(before.credential().epoch(), after.credential().epoch());
    assertThrows(WrongKeyException.class, () -> initialiser.renew(home, "wrong".toCharArray()));
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(home)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
