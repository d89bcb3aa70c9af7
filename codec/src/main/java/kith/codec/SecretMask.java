package kith.codec;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Hides a root secret behind a passphrase where it is printed: the words of the page are the secret
 * XOR HKDF(Argon2id(passphrase, salt), "kit mask 1", salt). Any passphrase gives some secret, so
 * nothing but the owner id that follows from it tells the right one, and each guess costs Argon2id.
 *
 * @param cost of a guess, in memory at most {@value #MAX_MEMORY_KIB} KiB
 * @param salt 16 bytes as {@link CheckedText}
 */
public record SecretMask(SecretBox.Cost cost, String salt) {
  /** 128 MiB, four passes, one lane: for what is opened once in years. */
  public static final SecretBox.Cost COST = new SecretBox.Cost(128 * 1024, 4, 1);

  /** What a page may ask of the machine that reads it. */
  static final int MAX_MEMORY_KIB = 256 * 1024;

  private static final int SALT = 16;

  public SecretMask {
    if (cost.memoryKib() > MAX_MEMORY_KIB) {
      throw new IllegalArgumentException(
          "a kit may ask for " + MAX_MEMORY_KIB + " KiB of memory, not " + cost.memoryKib());
    }
    salt = CheckedText.encode(bytes(salt));
  }

  /** With a new salt. */
  public static SecretMask generate(SecureRandom random, SecretBox.Cost cost) {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    return new SecretMask(cost, CheckedText.encode(salt));
  }

  /** Hides a secret, or gives it back: the same both ways. The caller closes both. */
  public RootSecret apply(RootSecret secret, char[] passphrase) {
    byte[] stretched = SecretBox.stretch(passphrase, cost, bytes(salt));
    byte[] mask = Hkdf.derive(stretched, "kit mask 1", bytes(salt), RootSecret.SIZE);
    byte[] masked = secret.toBytes();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= mask[i];
    }
    try {
      return RootSecret.of(masked);
    } finally {
      Arrays.fill(stretched, (byte) 0);
      Arrays.fill(mask, (byte) 0);
      Arrays.fill(masked, (byte) 0);
    }
  }

  /** As the page has it: {@code argon2id 131072 4 1 SALT}. */
  public String text() {
    return "argon2id " + cost.memoryKib() + " " + cost.passes() + " " + cost.lanes() + " " + salt;
  }

  /**
   * Reads {@link #text}, in either case.
   *
   * @throws CorruptDataException if it is none, or asks for too much
   */
  public static SecretMask parse(String text) throws CorruptDataException {
    String[] parts = text.strip().split("\\s+", 5);
    if (parts.length != 5 || !parts[0].equalsIgnoreCase("argon2id")) {
      throw new CorruptDataException("'" + text + "' tells of no passphrase that is known here");
    }
    try {
      var cost =
          new SecretBox.Cost(
              Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
      return new SecretMask(cost, parts[4]);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("'" + text + "': " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(String salt) {
    try {
      byte[] bytes = CheckedText.decode(salt);
      if (bytes.length != SALT) {
        throw new IllegalArgumentException("a salt has 16 bytes, not " + bytes.length);
      }
      return bytes;
    } catch (CorruptDataException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
