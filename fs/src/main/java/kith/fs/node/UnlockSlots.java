package kith.fs.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import kith.codec.KithException;
import kith.codec.SecretBox;

/**
 * Changes the ways into a home. Each is a file of its own that is written whole, synced and
 * renamed, so that at any moment the old way or the new one works, and those beside it always. For
 * one thread.
 */
public final class UnlockSlots {
  private static final int MOST = 16;

  private final Path folder;
  private final IdentityFiles files;
  private final SecretBox box;
  private final SecureRandom random;

  public UnlockSlots(Path home, SecureRandom random) {
    this(home, random, new SecretBox(random));
  }

  UnlockSlots(Path home, SecureRandom random, SecretBox box) {
    this.folder = home.resolve(IdentityFiles.FOLDER);
    this.files = new IdentityFiles(home);
    this.box = box;
    this.random = random;
  }

  /** All of them, those of {@code kith init} first. */
  public List<UnlockSlotInfo> list() throws IOException, KithException, NodeException {
    files.drive();
    var all = new ArrayList<UnlockSlotInfo>();
    if (Files.exists(folder.resolve(IdentityFiles.ROOT))) {
      all.add(
          info(IdentityFiles.FIRST, new UnlockSlot(UnlockSlot.Kind.PASSPHRASE, "", new byte[0])));
    }
    Path key = folder.resolve(IdentityFiles.KEY_FILE);
    if (Files.exists(key)) {
      var slot = new UnlockSlot(UnlockSlot.Kind.KEY_FILE, key.toString(), new byte[0]);
      all.add(info(IdentityFiles.HOME, slot));
    }
    for (String name : files.slotNames()) {
      all.add(info(name, files.slot(name)));
    }
    return all;
  }

  private static UnlockSlotInfo info(String name, UnlockSlot slot) {
    boolean passphrase = slot.kind() == UnlockSlot.Kind.PASSPHRASE;
    return new UnlockSlotInfo(
        name,
        slot.kind().text(),
        slot.source(),
        passphrase ? "kit, renewal and node" : "node alone");
  }

  /**
   * Adds a passphrase.
   *
   * @param existing one that opens another slot; not kept, as all of them
   */
  public void addPassphrase(String name, char[] existing, char[] added)
      throws IOException, KithException, NodeException {
    checkNew(name);
    writePassphrase(name, files.unlock(existing), added);
  }

  /**
   * Adds a key file, which is made if it isn't there.
   *
   * @param file absolute; 32 bytes
   */
  public void addKeyFile(String name, char[] existing, Path file)
      throws IOException, KithException, NodeException {
    checkNew(name);
    var unlocked = files.unlock(existing);
    if (!Files.exists(file)) {
      byte[] key = new byte[IdentityFiles.KEY_LENGTH];
      random.nextBytes(key);
      PrivateFiles.write(file, key);
      PrivateFiles.force(file.getParent());
    }
    byte[] wrapped = box.wrap(unlocked.nodeKey(), IdentityFiles.keyFile(file));
    write(name, new UnlockSlot(UnlockSlot.Kind.KEY_FILE, file.toString(), wrapped));
  }

  /**
   * Adds a command.
   *
   * @param line what it prints now
   */
  public void addCommand(String name, char[] existing, String command, char[] line)
      throws IOException, KithException, NodeException {
    checkNew(name);
    byte[] wrapped = box.wrap(files.unlock(existing).nodeKey(), line);
    write(name, new UnlockSlot(UnlockSlot.Kind.COMMAND, command, wrapped));
  }

  /** Replaces the passphrase that opens a slot; returns the slot's name. */
  public String change(char[] existing, char[] replacement)
      throws IOException, KithException, NodeException {
    var unlocked = files.unlock(existing);
    writePassphrase(unlocked.slot(), unlocked, replacement);
    return unlocked.slot();
  }

  /**
   * Removes a slot.
   *
   * @param staying passphrase of a slot that stays: so one works for certain
   */
  public void remove(String name, char[] staying) throws IOException, KithException, NodeException {
    if (list().stream().noneMatch(slot -> slot.name().equals(name))) {
      throw new NodeException(
          ExitCode.ERROR, "there is no unlock slot '" + name + "': 'kith unlock-slot list'");
    }
    var unlocked = files.unlock(staying);
    if (unlocked.slot().equals(name)) {
      throw new NodeException(
          ExitCode.ERROR,
          "this is the passphrase of the slot to be removed: give that of one that stays. The last"
              + " passphrase can't be removed, only changed");
    }
    unlocked.nodeKey(); // must be there: what is deleted may have been the last to open it
    if (unlocked.key() == null) {
      writePassphrase(unlocked.slot(), unlocked, staying);
    } else if (name.equals(IdentityFiles.HOME) && firstLacksNodeKey()) {
      throw new NodeException(
          ExitCode.ERROR,
          "the passphrase of slot '"
              + IdentityFiles.FIRST
              + "' opens only the kit in this home, which is older than unlock slots: give that"
              + " one, and it opens the node, too");
    }
    Files.delete(file(name));
    PrivateFiles.force(folder);
  }

  /** In a home of before there were slots the node key was in the key file alone. */
  private boolean firstLacksNodeKey() throws IOException {
    Path first = file(IdentityFiles.FIRST);
    return Files.exists(first) && Files.size(first) < SecretBox.size(2 * IdentityFiles.KEY_LENGTH);
  }

  private void checkNew(String name) throws IOException, KithException, NodeException {
    if (!UnlockSlot.isName(name)) {
      throw new NodeException(
          ExitCode.USAGE,
          "'" + name + "' is no name for a slot: take up to 32 of a-z, 0-9 and hyphens");
    }
    var there = list();
    boolean reserved = name.equals(IdentityFiles.FIRST) || name.equals(IdentityFiles.HOME);
    if (reserved || there.stream().anyMatch(slot -> slot.name().equals(name))) {
      throw new NodeException(ExitCode.ERROR, "an unlock slot is called '" + name + "' already");
    }
    if (there.size() >= MOST) {
      throw new NodeException(ExitCode.ERROR, "there are " + MOST + " unlock slots: remove one");
    }
  }

  private void writePassphrase(String name, IdentityFiles.Unlocked unlocked, char[] passphrase)
      throws IOException, KithException {
    byte[] secret = Arrays.copyOf(unlocked.root(), 2 * IdentityFiles.KEY_LENGTH);
    byte[] key = unlocked.nodeKey();
    System.arraycopy(key, 0, secret, IdentityFiles.KEY_LENGTH, IdentityFiles.KEY_LENGTH);
    byte[] wrapped = box.wrap(secret, passphrase);
    Arrays.fill(secret, (byte) 0);
    if (name.equals(IdentityFiles.FIRST)) {
      PrivateFiles.replace(file(name), wrapped);
    } else {
      write(name, new UnlockSlot(UnlockSlot.Kind.PASSPHRASE, "", wrapped));
    }
  }

  private void write(String name, UnlockSlot slot) throws IOException {
    PrivateFiles.replace(file(name), slot.toBytes());
  }

  private Path file(String name) {
    return switch (name) {
      case IdentityFiles.FIRST -> folder.resolve(IdentityFiles.ROOT);
      case IdentityFiles.HOME -> folder.resolve(IdentityFiles.KEY_FILE);
      default -> folder.resolve(IdentityFiles.SLOT + name);
    };
  }

  /** What a slot that needs no person is opened with. */
  public interface Commands {
    /** The first line that a command prints. */
    char[] firstLine(String command) throws IOException, NodeException;
  }

  /**
   * What the node's secrets are wrapped with, from a slot that needs no person.
   *
   * @param closed told of each slot that does not open, and why
   * @return null if there is none that works now
   */
  public byte[] unattended(Commands commands, Consumer<String> closed)
      throws IOException, KithException, NodeException {
    files.drive();
    List<String> names = new ArrayList<>();
    if (Files.exists(folder.resolve(IdentityFiles.KEY_FILE))) {
      names.add(IdentityFiles.HOME);
    }
    names.addAll(files.slotNames());
    for (String name : names) {
      try {
        byte[] key = unattended(name, commands);
        if (key != null) {
          return key;
        }
      } catch (IOException | KithException | NodeException e) {
        closed.accept("unlock slot '" + name + "' does not open: " + e.getMessage());
      }
    }
    return null;
  }

  /** Null if it needs a person, or a key file that is not there now. */
  private byte[] unattended(String name, Commands commands)
      throws IOException, KithException, NodeException {
    if (name.equals(IdentityFiles.HOME)) {
      return files.key();
    }
    var slot = files.slot(name);
    if (slot.kind() == UnlockSlot.Kind.KEY_FILE && Files.exists(Path.of(slot.source()))) {
      return SecretBox.unwrap(slot.box(), IdentityFiles.keyFile(Path.of(slot.source())));
    }
    return slot.kind() == UnlockSlot.Kind.COMMAND
        ? SecretBox.unwrap(slot.box(), commands.firstLine(slot.source()))
        : null;
  }
}
