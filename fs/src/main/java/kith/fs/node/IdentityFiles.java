package kith.fs.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.codec.WrongKeyException;
import kith.peer.NodeIdentity;

/**
 * The folder home/identity: drive.json, root secret and node key wrapped by the passphrase, drive
 * keys and node identity wrapped by the node key, which lies beside them, so that the node starts
 * unattended, until that slot is removed; and further slots. Format: docs/formats/identity.md.
 */
public final class IdentityFiles {
  static final String FOLDER = "identity";
  static final String DRIVE = "drive.json";
  static final String KEY_FILE = "key";
  static final String ROOT = "root.box";
  static final String KEYS = "keys.box";
  static final String NODE = "node.box";

  /** Files of further slots begin so. */
  static final String SLOT = "slot-";

  /** The slot of the passphrase of {@code kith init}, in {@link #ROOT}. */
  static final String FIRST = "passphrase";

  /** The slot of the node key that lies in the home, in {@link #KEY_FILE}. */
  static final String HOME = "home";

  static final int KEY_LENGTH = 32;
  private static final long MAX_BYTES = 64 << 10;

  private final Path home;
  private final Path folder;

  public IdentityFiles(Path home) {
    this.home = home;
    this.folder = home.resolve(FOLDER);
  }

  /** Whether {@code kith init} was finished here. */
  public boolean exist() {
    Rekeying.finish(home);
    return Files.isRegularFile(folder.resolve(DRIVE));
  }

  /**
   * @throws NodeException if the home is not initialised
   */
  public DriveInfo drive() throws IOException, KithException, NodeException {
    if (!exist()) {
      throw new NodeException(
          ExitCode.NOT_INITIALISED,
          home
              + " is not initialised: 'kith init' makes a drive there, or choose another home"
              + " with --home");
    }
    try {
      var drive = ControlJson.mapper().readValue(read(DRIVE), DriveInfo.class);
      boolean rekeyed = drive.version() == DriveInfo.REKEYED_VERSION;
      if (drive.version() != DriveInfo.VERSION && !rekeyed) {
        throw new CorruptDataException(
            folder + " has version " + drive.version() + "; a newer Kith made it, use that one");
      }
      if (drive.owner() == null
          || drive.created() == null
          || rekeyed != (drive.lineage().generation() > 0)) {
        throw new CorruptDataException(folder.resolve(DRIVE) + " lacks the owner or the date");
      }
      return drive;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          folder.resolve(DRIVE) + " can't be read: " + e.getOriginalMessage(), e);
    }
  }

  /** All that the node needs, where its key lies in the home. */
  public NodeSecrets secrets() throws IOException, KithException, NodeException {
    drive();
    return secrets(key());
  }

  /**
   * All that the node needs.
   *
   * @param key the node key, as a slot gives it
   */
  public NodeSecrets secrets(byte[] key) throws IOException, KithException, NodeException {
    var drive = drive();
    var keys = DriveKeys.ofBytes(SecretBox.unwrap(read(KEYS), key));
    var identity = NodeIdentity.ofBytes(SecretBox.unwrap(read(NODE), key));
    if (!identity.owner().equals(drive.owner())
        || !identity.credential().lineage().equals(drive.lineage())) {
      throw new CorruptDataException(
          folder + " mixes two drives: its node speaks for " + identity.owner().brief());
    }
    return new NodeSecrets(drive, keys, identity);
  }

  /** What drive keys and node identity are wrapped with, where it lies in the home. */
  byte[] key() throws IOException, CorruptDataException {
    read(KEY_FILE);
    return keyFile(folder.resolve(KEY_FILE));
  }

  /** The content of a key file. */
  static byte[] keyFile(Path file) throws IOException, CorruptDataException {
    long length = Files.size(file);
    if (length != KEY_LENGTH) {
      throw new CorruptDataException(file + " has " + length + " bytes, not " + KEY_LENGTH);
    }
    return Files.readAllBytes(file);
  }

  /**
   * What a passphrase opens.
   *
   * @param slot that it opened
   * @param root secret
   * @param key the node key; null in a slot of before there were others
   */
  record Unlocked(IdentityFiles files, String slot, byte[] root, byte[] key) {
    byte[] nodeKey() throws IOException, CorruptDataException {
      return key == null ? files.key() : key;
    }

    @Override
    public String toString() {
      return "Unlocked[" + slot + "]";
    }
  }

  /**
   * @param passphrase of any slot; not kept
   * @throws WrongKeyException if it is that of none
   */
  Unlocked unlock(char[] passphrase) throws IOException, KithException, NodeException {
    drive();
    KithException problem = new WrongKeyException("no slot of this home has a passphrase");
    List<String> names = new ArrayList<>();
    if (Files.exists(folder.resolve(ROOT)) || slotNames().isEmpty()) {
      names.add(FIRST);
    }
    names.addAll(slotNames());
    for (String name : names) {
      try {
        byte[] wrapped = wrapped(name);
        if (wrapped != null) {
          return unlocked(name, SecretBox.unwrap(wrapped, passphrase));
        }
      } catch (WrongKeyException e) {
        problem = problem instanceof WrongKeyException ? e : problem;
      } catch (CorruptDataException e) {
        problem = e; // told if none of the others opens
      }
    }
    throw problem;
  }

  /** What a passphrase opens in a slot; null if none does. */
  private byte[] wrapped(String name) throws IOException, KithException {
    if (name.equals(FIRST)) {
      return read(ROOT);
    }
    var slot = slot(name);
    return slot.kind() == UnlockSlot.Kind.PASSPHRASE ? slot.box() : null;
  }

  private Unlocked unlocked(String slot, byte[] secret) throws CorruptDataException {
    if (secret.length != KEY_LENGTH && secret.length != 2 * KEY_LENGTH) {
      throw new CorruptDataException(
          folder + ": slot '" + slot + "' has " + secret.length + " bytes");
    }
    byte[] key =
        secret.length == KEY_LENGTH ? null : Arrays.copyOfRange(secret, KEY_LENGTH, 2 * KEY_LENGTH);
    return new Unlocked(this, slot, Arrays.copyOf(secret, KEY_LENGTH), key);
  }

  /** Names of the slots that came after {@code kith init}, sorted. */
  List<String> slotNames() throws IOException {
    try (var entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.startsWith(SLOT))
          .map(name -> name.substring(SLOT.length()))
          .filter(UnlockSlot::isName)
          .sorted()
          .toList();
    }
  }

  UnlockSlot slot(String name) throws IOException, CorruptDataException {
    try {
      return UnlockSlot.ofBytes(read(SLOT + name));
    } catch (CorruptDataException e) {
      throw new CorruptDataException(folder.resolve(SLOT + name) + ": " + e.getMessage(), e);
    }
  }

  /** The node key, by the passphrase of a slot. */
  public byte[] nodeKey(char[] passphrase) throws IOException, KithException, NodeException {
    return unlock(passphrase).nodeKey();
  }

  /**
   * The root secret, for the kit; the caller closes it.
   *
   * @param passphrase of any slot; not kept
   */
  public RootSecret root(char[] passphrase) throws IOException, KithException, NodeException {
    byte[] bytes = unlock(passphrase).root();
    try {
      return RootSecret.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] read(String name) throws IOException, CorruptDataException {
    var file = folder.resolve(name);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CorruptDataException(file + " is too large to be what it should be");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CorruptDataException(
          file + " is missing: put it back from a copy, or recover from the kit", e);
    }
  }
}
