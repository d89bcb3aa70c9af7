package kith.fs.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import kith.codec.KithException;
import kith.codec.OwnerKey;
import kith.codec.OwnerLineage;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.peer.NodeIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a home another root secret: a new identity folder is written whole beside the old one, and
 * one rename, of the old one, makes it the home's. Until then the former kit is the drive's, from
 * then on the new one; a crash after it is made good by whoever looks at the home next. For one
 * thread.
 */
public final class Rekeying {
  /** The identity folder that will be. */
  static final String NEXT = IdentityFiles.FOLDER + ".rekeyed";

  /** The one that was. */
  static final String FORMER = IdentityFiles.FOLDER + ".former";

  /** Made when there is something to log: short commands look at homes, too, and log nothing. */
  private static final class Late {
    private static final Logger LOG = LoggerFactory.getLogger(Rekeying.class);
  }

  private final Path home;
  private final InstantSource clock;
  private final SecureRandom random;
  private final SecretBox box;
  private final Consumer<String> steps;

  public Rekeying(Path home, InstantSource clock, SecureRandom random) {
    this(home, clock, random, new SecretBox(random), step -> {});
  }

  /**
   * @param steps hears of each step before it is taken
   */
  Rekeying(
      Path home, InstantSource clock, SecureRandom random, SecretBox box, Consumer<String> steps) {
    this.home = home;
    this.clock = clock;
    this.random = random;
    this.box = box;
    this.steps = steps;
  }

  /**
   * A new root secret that is not in force yet. Closing it without {@link #commit} leaves all as it
   * was.
   */
  public final class Prepared implements AutoCloseable {
    private final IdentityFiles.Unlocked unlocked;
    private final RootSecret root;
    private final NodeSecrets secrets;
    private final OwnerKey owner;

    private Prepared(IdentityFiles.Unlocked unlocked, NodeSecrets before) throws KithException {
      this.unlocked = unlocked;
      this.root = RootSecret.generate(random);
      try (var former = RootSecret.of(unlocked.root())) {
        secrets = before.rekeyed(former, root, clock);
      }
      owner = secrets.drive().ownerKey(root);
    }

    /** What the new kit is made of. */
    public RootSecret root() {
      return root;
    }

    /** The key that will speak for the owner. */
    public OwnerKey owner() {
      return owner;
    }

    /** Slots whose passphrase is not at hand: they hold the former secret, and are left out. */
    public List<String> closing() throws IOException, KithException, NodeException {
      return new UnlockSlots(home, random)
          .list().stream()
              .filter(slot -> slot.kind().equals(UnlockSlot.Kind.PASSPHRASE.text()))
              .map(UnlockSlotInfo::name)
              .filter(name -> !name.equals(unlocked.slot()))
              .toList();
    }

    /**
     * Puts it in force; durable on return.
     *
     * @param passphrase that opened the home; not kept
     * @param kit that was printed of it
     */
    public void commit(char[] passphrase, KitMark kit)
        throws IOException, KithException, NodeException {
      Rekeying.this.commit(this, passphrase, kit);
    }

    /** What a node will work with. */
    NodeSecrets secrets() {
      return secrets;
    }

    @Override
    public void close() {
      root.close();
      Arrays.fill(unlocked.root(), (byte) 0);
    }
  }

  /**
   * Draws a new root secret; changes nothing.
   *
   * @param passphrase of any slot; not kept
   */
  public Prepared prepare(char[] passphrase) throws IOException, KithException, NodeException {
    var files = new IdentityFiles(home);
    var unlocked = files.unlock(passphrase);
    var before = files.secrets(unlocked.nodeKey());
    if (before.drive().lineage().generation() == OwnerLineage.MAX_REKEYS) {
      throw new NodeException(
          ExitCode.NOT_PERMITTED,
          "this drive was rekeyed "
              + OwnerLineage.MAX_REKEYS
              + " times, which is as often as it can be: make a new one and copy the files");
    }
    return new Prepared(unlocked, before);
  }

  private void commit(Prepared next, char[] passphrase, KitMark kit)
      throws IOException, KithException, NodeException {
    Path stage = home.resolve(NEXT);
    PrivateFiles.deleteTree(stage);
    PrivateFiles.deleteTree(home.resolve(FORMER));
    Files.createDirectory(stage, PrivateFiles.FOLDER);
    steps.accept("fill");
    fill(stage, next, passphrase, kit);
    PrivateFiles.force(stage);
    PrivateFiles.force(home);
    steps.accept("commit");
    Files.move(
        home.resolve(IdentityFiles.FOLDER), home.resolve(FORMER), StandardCopyOption.ATOMIC_MOVE);
    steps.accept("finish");
    finish(home);
    PrivateFiles.force(home);
  }

  private void fill(Path stage, Prepared next, char[] passphrase, KitMark kit)
      throws IOException, KithException, NodeException {
    Path folder = home.resolve(IdentityFiles.FOLDER);
    List<String> closing = next.closing();
    for (String slot : new IdentityFiles(home).slotNames()) {
      if (!closing.contains(slot) && !slot.equals(next.unlocked.slot())) {
        copy(folder, stage, IdentityFiles.SLOT + slot);
      }
    }
    byte[] key = next.unlocked.nodeKey();
    if (Files.exists(folder.resolve(IdentityFiles.KEY_FILE))) {
      copy(folder, stage, IdentityFiles.KEY_FILE);
    }
    NodeIdentity node = next.secrets.identity();
    PrivateFiles.write(stage.resolve(IdentityFiles.NODE), box.wrap(node.toBytes(), key));
    byte[] keys = next.secrets.keys().toBytes();
    PrivateFiles.write(stage.resolve(IdentityFiles.KEYS), box.wrap(keys, key));
    writeRoot(stage, next, passphrase);
    kit.writeTo(stage);
    byte[] open = ControlJson.mapper().writeValueAsBytes(next.secrets.drive());
    PrivateFiles.write(stage.resolve(IdentityFiles.DRIVE), open);
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    PrivateFiles.write(to.resolve(name), Files.readAllBytes(from.resolve(name)));
  }

  private void writeRoot(Path stage, Prepared next, char[] passphrase)
      throws IOException, KithException {
    byte[] key = next.unlocked.nodeKey();
    byte[] secret = Arrays.copyOf(next.root.toBytes(), RootSecret.SIZE + key.length);
    System.arraycopy(key, 0, secret, RootSecret.SIZE, key.length);
    byte[] wrapped = box.wrap(secret, passphrase);
    Arrays.fill(secret, (byte) 0);
    String slot = next.unlocked.slot();
    if (slot.equals(IdentityFiles.FIRST)) {
      PrivateFiles.write(stage.resolve(IdentityFiles.ROOT), wrapped);
    } else {
      var written = new UnlockSlot(UnlockSlot.Kind.PASSPHRASE, "", wrapped);
      PrivateFiles.write(stage.resolve(IdentityFiles.SLOT + slot), written.toBytes());
    }
  }

  /** Finishes what a crash left of a rekey that is in force; nothing otherwise. */
  static void finish(Path home) {
    Path now = home.resolve(IdentityFiles.FOLDER);
    Path former = home.resolve(FORMER);
    if (!Files.exists(former)) {
      return;
    }
    try {
      if (!Files.exists(now)) {
        Files.move(home.resolve(NEXT), now, StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.force(home);
      }
    } catch (NoSuchFileException e) {
      Late.LOG.debug("another process was first", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          home.resolve(NEXT) + " could not become " + now + ": rename it", e);
    }
    if (!Files.exists(now)) {
      return;
    }
    try {
      PrivateFiles.deleteTree(former);
    } catch (IOException e) {
      Late.LOG.warn("the identity of before the rekey stays in {}: delete it", former, e);
    }
  }
}
