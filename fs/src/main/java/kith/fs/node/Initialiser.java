package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.peer.NodeIdentity;
import kith.peer.Role;

/**
 * Makes a home for a new drive: all of it or nothing. Everything is written into a folder of its
 * own, and one rename makes it the identity; a crash before leaves a home that can be initialised.
 */
public final class Initialiser {
  private static final String STAGE = IdentityFiles.FOLDER + ".new-";
  private static final long FIRST_EPOCH = 1;

  /** What a home may hold before it is one: what a node or a view makes by itself. */
  private static final Set<String> OWN =
      Set.of(
          "lock",
          "format",
          "db",
          "staging",
          "packs",
          "held",
          "ledgers",
          "agreements",
          RecoveryFiles.FOLDER,
          "checkpoints",
          "identity",
          Rekeying.NEXT,
          "log",
          "run",
          ConfigFile.NAME);

  private final InstantSource clock;
  private final SecureRandom random;
  private final SecretBox box;

  public Initialiser(InstantSource clock, SecureRandom random) {
    this(clock, random, new SecretBox(random));
  }

  Initialiser(InstantSource clock, SecureRandom random, SecretBox box) {
    this.clock = clock;
    this.random = random;
    this.box = box;
  }

  /**
   * @param home may be missing, or hold a config.json that is replaced
   * @param passphrase wraps the root secret; not kept
   * @throws NodeException if there is a drive already, or something else
   */
  public DriveInfo initialise(Path home, NodeConfig config, char[] passphrase)
      throws IOException, NodeException {
    try (var root = RootSecret.generate(random)) {
      var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      var drive = DriveInfo.of(OwnerKey.derive(root).id(), now);
      make(home, config, new Machine(root, drive, FIRST_EPOCH, List.of()), passphrase);
      return drive;
    }
  }

  /**
   * The machine that a home is made for.
   *
   * @param epoch how many machines there were before it, and one
   * @param former keys of before each rekey of the drive
   */
  record Machine(RootSecret root, DriveInfo drive, long epoch, List<DriveKeys> former) {
    private OwnerKey owner() {
      try {
        return drive.ownerKey(root);
      } catch (CorruptDataException e) {
        throw new IllegalArgumentException("the root secret is not that of the drive", e);
      }
    }
  }

  /** As {@link #initialise}, for a drive that there is. */
  NodeIdentity make(Path home, NodeConfig config, Machine machine, char[] passphrase)
      throws IOException, NodeException {
    check(home);
    Files.createDirectories(home, PrivateFiles.FOLDER);
    sweep(home);
    var stage = Files.createTempDirectory(home, STAGE, PrivateFiles.FOLDER);
    try {
      var identity = fill(stage, machine, passphrase);
      var text = ConfigFile.text(config).getBytes(StandardCharsets.UTF_8);
      PrivateFiles.replace(home.resolve(ConfigFile.NAME), text);
      commit(stage, home);
      return identity;
    } finally {
      PrivateFiles.deleteTree(stage);
    }
  }

  /**
   * Whether a drive can be made there; changes nothing.
   *
   * @throws NodeException saying why not
   */
  public static void check(Path home) throws IOException, NodeException {
    if (new IdentityFiles(home).exist()) {
      throw initialised(home, null);
    }
    if (!Files.exists(home)) {
      return;
    }
    try (var entries = Files.list(home)) {
      var foreign =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !OWN.contains(name) && !name.startsWith(STAGE))
              .findFirst();
      if (foreign.isPresent()) {
        throw new NodeException(
            ExitCode.ERROR,
            home
                + " is no home of Kith, '"
                + foreign.get()
                + "' is in it: give an empty or a new folder with --home");
      }
    }
  }

  private static NodeException initialised(Path home, IOException cause) {
    return new NodeException(
        ExitCode.ERROR,
        home
            + " has a drive already; nothing was changed. Choose another home with --home, or see"
            + " 'kith status'",
        cause);
  }

  private static void sweep(Path home) throws IOException {
    try (var leftOver = Files.newDirectoryStream(home, STAGE + "*")) {
      for (Path stage : leftOver) {
        PrivateFiles.deleteTree(stage);
      }
    }
  }

  private NodeIdentity fill(Path stage, Machine machine, char[] passphrase) throws IOException {
    byte[] key = new byte[32];
    random.nextBytes(key);
    var owner = machine.owner();
    var node = NodeIdentity.create(owner, Role.NODE, machine.epoch, clock, random);
    byte[] secret = Arrays.copyOf(machine.root.toBytes(), RootSecret.SIZE + key.length);
    System.arraycopy(key, 0, secret, RootSecret.SIZE, key.length);
    PrivateFiles.write(stage.resolve(IdentityFiles.ROOT), box.wrap(secret, passphrase));
    Arrays.fill(secret, (byte) 0);
    PrivateFiles.write(stage.resolve(IdentityFiles.KEY_FILE), key);
    byte[] keys = DriveKeys.derive(machine.root).with(machine.former).toBytes();
    PrivateFiles.write(stage.resolve(IdentityFiles.KEYS), box.wrap(keys, key));
    PrivateFiles.write(stage.resolve(IdentityFiles.NODE), box.wrap(node.toBytes(), key));
    byte[] open = ControlJson.mapper().writeValueAsBytes(machine.drive);
    PrivateFiles.write(stage.resolve(IdentityFiles.DRIVE), open);
    PrivateFiles.force(stage);
    return node;
  }

  /**
   * Gives the node of a home a new credential for its old key: once a year. Takes effect at the
   * next start.
   *
   * @param passphrase not kept
   * @return when the new credential expires
   */
  public Instant renew(Path home, char[] passphrase)
      throws IOException, KithException, NodeException {
    var files = new IdentityFiles(home);
    byte[] key = files.nodeKey(passphrase);
    try (var root = files.root(passphrase)) {
      var renewed = files.secrets(key).identity().renewed(files.drive().ownerKey(root), clock);
      byte[] wrapped = box.wrap(renewed.toBytes(), key);
      PrivateFiles.replace(home.resolve(IdentityFiles.FOLDER).resolve(IdentityFiles.NODE), wrapped);
      return renewed.expires();
    }
  }

  /** An empty folder named identity gives way; one that another init has just filled does not. */
  private static void commit(Path stage, Path home) throws IOException, NodeException {
    try {
      Files.move(stage, home.resolve(IdentityFiles.FOLDER), StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.force(home);
    } catch (DirectoryNotEmptyException e) {
      throw initialised(home, e);
    } catch (IOException e) {
      if (new IdentityFiles(home).exist()) {
        throw initialised(home, e);
      }
      throw e;
    }
  }
}
