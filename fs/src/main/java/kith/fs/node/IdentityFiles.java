package kith.fs.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.peer.NodeIdentity;

/**
 * The folder home/identity: drive.json, the root secret wrapped by the passphrase, and drive keys
 * and node identity wrapped by a key file that lies beside them, so that the node starts
 * unattended. Format: docs/formats/identity.md.
 */
public final class IdentityFiles {
  static final String FOLDER = "identity";
  static final String DRIVE = "drive.json";
  static final String KEY_FILE = "key";
  static final String ROOT = "root.box";
  static final String KEYS = "keys.box";
  static final String NODE = "node.box";

  private static final int KEY_LENGTH = 32;
  private static final long MAX_BYTES = 64 << 10;

  private final Path home;
  private final Path folder;

  public IdentityFiles(Path home) {
    this.home = home;
    this.folder = home.resolve(FOLDER);
  }

  /** Whether {@code kith init} was finished here. */
  public boolean exist() {
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
      if (drive.version() != DriveInfo.VERSION) {
        throw new CorruptDataException(
            folder + " has version " + drive.version() + "; a newer Kith made it, use that one");
      }
      if (drive.owner() == null || drive.created() == null) {
        throw new CorruptDataException(folder.resolve(DRIVE) + " lacks the owner or the date");
      }
      return drive;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          folder.resolve(DRIVE) + " can't be read: " + e.getOriginalMessage(), e);
    }
  }

  /** All that the node needs, without any passphrase. */
  public NodeSecrets secrets() throws IOException, KithException, NodeException {
    var drive = drive();
    byte[] key = key();
    var keys = DriveKeys.ofBytes(SecretBox.unwrap(read(KEYS), key));
    var identity = NodeIdentity.ofBytes(SecretBox.unwrap(read(NODE), key));
    if (!identity.owner().equals(drive.owner())) {
      throw new CorruptDataException(
          folder + " mixes two drives: its node speaks for " + identity.owner().brief());
    }
    return new NodeSecrets(drive, keys, identity);
  }

  /** What drive keys and node identity are wrapped with. */
  byte[] key() throws IOException, CorruptDataException {
    byte[] key = read(KEY_FILE);
    if (key.length != KEY_LENGTH) {
      throw new CorruptDataException(
          folder.resolve(KEY_FILE) + " has " + key.length + " bytes, not " + KEY_LENGTH);
    }
    return key;
  }

  /**
   * The root secret, for the kit; the caller closes it.
   *
   * @param passphrase not kept
   */
  public RootSecret root(char[] passphrase) throws IOException, KithException, NodeException {
    drive();
    byte[] bytes = SecretBox.unwrap(read(ROOT), passphrase);
    try {
      return RootSecret.of(bytes);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(folder.resolve(ROOT) + ": " + e.getMessage(), e);
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
