package kith.codec;

import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what is written again and again under one name, such as heads: each box has a fresh
 * 256-bit salt, from which key and nonce are derived, so that no two contents ever share them. Safe
 * for any number of threads.
 *
 * <p>Bytes: version 1 | salt 32 | AES-256-GCM of the content with the version byte and context as
 * associated data; key 32 and nonce 12 are HKDF(key, label, salt | context).
 */
public final class SaltedBox {
  /** Bytes by which a box is longer than its content. */
  public static final int OVERHEAD = 1 + 32 + Gcm.TAG;

  private static final int VERSION = 1;
  private static final int SALT = 32;
  private static final int START = 1 + SALT;

  private final SecureRandom random;

  /**
   * @param random source of the salts
   */
  public SaltedBox(SecureRandom random) {
    this.random = random;
  }

  /** As {@link #seal(byte[], String, byte[], byte[])} with empty context. */
  public byte[] seal(byte[] key, String label, byte[] content) {
    return seal(key, label, new byte[0], content);
  }

  /**
   * @param key 32 bytes
   * @param label what the box is for, with a version; the same for opening
   * @param context names that the content belongs to; the same for opening
   * @return {@value #OVERHEAD} bytes more than content
   */
  public byte[] seal(byte[] key, String label, byte[] context, byte[] content) {
    byte[] box = new byte[content.length + OVERHEAD];
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    box[0] = VERSION;
    System.arraycopy(salt, 0, box, 1, SALT);
    Keys keys = keys(key, label, salt, context);
    new Gcm().encrypt(keys.key, keys.nonce, associated(context)).seal(Span.of(content), box, START);
    return box;
  }

  /** As {@link #open(byte[], String, byte[], byte[])} with empty context. */
  public static byte[] open(byte[] key, String label, byte[] box) throws CorruptDataException {
    return open(key, label, new byte[0], box);
  }

  /**
   * @throws CorruptDataException if the box is of another version, or anything about it is not as
   *     it was sealed
   */
  public static byte[] open(byte[] key, String label, byte[] context, byte[] box)
      throws CorruptDataException {
    if (box.length < OVERHEAD || box[0] != VERSION) {
      throw new CorruptDataException("no sealed box of version " + VERSION + " for " + label);
    }
    Keys keys = keys(key, label, Arrays.copyOfRange(box, 1, START), context);
    byte[] content = new byte[box.length - OVERHEAD];
    try {
      new Gcm()
          .decrypt(keys.key, keys.nonce, associated(context))
          .open(new Span(box, START, box.length - START), content, 0);
      return content;
    } catch (AEADBadTagException e) {
      throw new CorruptDataException("the box for " + label + " does not open", e);
    }
  }

  private record Keys(SecretKeySpec key, byte[] nonce) {}

  private static Keys keys(byte[] key, String label, byte[] salt, byte[] context) {
    byte[] saltAndContext = Arrays.copyOf(salt, salt.length + context.length);
    System.arraycopy(context, 0, saltAndContext, salt.length, context.length);
    byte[] derived = Hkdf.derive(key, label, saltAndContext, Gcm.KEY + Gcm.NONCE);
    return new Keys(
        Gcm.key(Arrays.copyOf(derived, Gcm.KEY)),
        Arrays.copyOfRange(derived, Gcm.KEY, derived.length));
  }

  private static byte[] associated(byte[] context) {
    byte[] bytes = new byte[1 + context.length];
    bytes[0] = VERSION;
    System.arraycopy(context, 0, bytes, 1, context.length);
    return bytes;
  }
}
