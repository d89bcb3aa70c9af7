package kith.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Keeps secrets on disk, wrapped by a passphrase (Argon2id, RFC 9106) or by the 32 bytes of a key
 * file. Safe for any number of threads.
 *
 * <p>Bytes: magic "KWRP" | version u8 | method u8 (1 passphrase, 2 key file) | memory in KiB u32 |
 * passes u32 | lanes u8 | salt 32 | AES-256-GCM of the secret, nonce 0, all bytes before it as
 * associated data. Key = HKDF(stretched passphrase or key file, "wrap 1", salt); with a key file
 * the three costs are 0.
 */
public final class SecretBox {
  private static final int MAGIC = 0x4b575250;
  private static final int VERSION = 1;
  private static final int PASSPHRASE = 1;
  private static final int KEY_FILE = 2;
  private static final int SALT = 32;
  private static final int HEADER = 4 + 1 + 1 + 4 + 4 + 1 + SALT;

  private final SecureRandom random;
  private final Cost cost;

  /**
   * What a guess costs.
   *
   * @param memoryKib KiB of memory, at most 1 GiB
   * @param passes over it, at most 64
   * @param lanes threads that could share it, at most 16
   */
  public record Cost(int memoryKib, int passes, int lanes) {
    /** 64 MiB, three passes, one lane: a quarter of a second. */
    public static final Cost DEFAULT = new Cost(64 * 1024, 3, 1);

    public Cost {
      boolean memory = memoryKib >= 8 * lanes && memoryKib <= 1 << 20;
      if (!memory || passes < 1 || passes > 64 || lanes < 1 || lanes > 16) {
        throw new IllegalArgumentException(
            "Argon2id with " + memoryKib + " KiB, " + passes + " passes, " + lanes + " lanes");
      }
    }
  }

  /** With the default cost. */
  public SecretBox(SecureRandom random) {
    this(random, Cost.DEFAULT);
  }

  /** How many bytes a box with a secret of so many has. */
  public static int size(int secret) {
    return HEADER + secret + Gcm.TAG;
  }

  /**
   * @param random source of salts
   * @param cost of wrapping by passphrase; unwrapping takes what the box says
   */
  public SecretBox(SecureRandom random, Cost cost) {
    this.random = random;
    this.cost = cost;
  }

  /** Wraps by a passphrase, taken in Unicode's composed form (NFC). */
  public byte[] wrap(byte[] secret, char[] passphrase) {
    byte[] header = header(PASSPHRASE, cost.memoryKib(), cost.passes(), cost.lanes());
    byte[] key = stretch(passphrase, cost, salt(header));
    return seal(header, key, secret);
  }

  /**
   * Wraps by a key file.
   *
   * @param key 32 random bytes
   */
  public byte[] wrap(byte[] secret, byte[] key) {
    return seal(header(KEY_FILE, 0, 0, 0), checked(key), secret);
  }

  /** Whether a passphrase, not a key file, is needed. */
  public static boolean wantsPassphrase(byte[] box) throws CorruptDataException {
    return method(box) == PASSPHRASE;
  }

  /**
   * @throws WrongKeyException if the passphrase is another, or the box isn't wrapped by one
   * @throws CorruptDataException if it is no box of this version
   */
  public static byte[] unwrap(byte[] box, char[] passphrase)
      throws WrongKeyException, CorruptDataException {
    if (method(box) != PASSPHRASE) {
      throw new WrongKeyException("this is wrapped by a key file, not by a passphrase");
    }
    ByteBuffer in = ByteBuffer.wrap(box, 6, HEADER - 6);
    Cost cost;
    try {
      cost = new Cost(in.getInt(), in.getInt(), in.get() & 0xff);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("damaged: " + e.getMessage(), e);
    }
    return open(box, stretch(passphrase, cost, salt(box)), "the passphrase is wrong");
  }

  /**
   * @throws WrongKeyException if the key is another, or the box isn't wrapped by one
   * @throws CorruptDataException if it is no box of this version
   */
  public static byte[] unwrap(byte[] box, byte[] key)
      throws WrongKeyException, CorruptDataException {
    if (method(box) != KEY_FILE) {
      throw new WrongKeyException("this is wrapped by a passphrase, not by a key file");
    }
    return open(box, checked(key), "the key file is another one");
  }

  private byte[] header(int method, int memoryKib, int passes, int lanes) {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    return ByteBuffer.allocate(HEADER)
        .putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) method)
        .putInt(memoryKib)
        .putInt(passes)
        .put((byte) lanes)
        .put(salt)
        .array();
  }

  private static byte[] salt(byte[] box) {
    return Arrays.copyOfRange(box, HEADER - SALT, HEADER);
  }

  private static int method(byte[] box) throws CorruptDataException {
    boolean sound = box.length >= HEADER + Gcm.TAG && ByteBuffer.wrap(box).getInt() == MAGIC;
    if (!sound || box[4] != VERSION || box[5] < PASSPHRASE || box[5] > KEY_FILE) {
      throw new CorruptDataException("no wrapped secret of version " + VERSION);
    }
    return box[5];
  }

  private static byte[] seal(byte[] header, byte[] key, byte[] secret) {
    byte[] box = Arrays.copyOf(header, HEADER + secret.length + Gcm.TAG);
    byte[] wrapping = Hkdf.derive(key, "wrap 1", salt(header), Gcm.KEY);
    new Gcm()
        .encrypt(Gcm.key(wrapping), new byte[Gcm.NONCE], header)
        .seal(Span.of(secret), box, HEADER);
    return box;
  }

  private static byte[] open(byte[] box, byte[] key, String wrong) throws WrongKeyException {
    byte[] header = Arrays.copyOf(box, HEADER);
    byte[] wrapping = Hkdf.derive(key, "wrap 1", salt(box), Gcm.KEY);
    byte[] secret = new byte[box.length - HEADER - Gcm.TAG];
    try {
      new Gcm()
          .decrypt(Gcm.key(wrapping), new byte[Gcm.NONCE], header)
          .open(new Span(box, HEADER, box.length - HEADER), secret, 0);
      return secret;
    } catch (AEADBadTagException e) {
      throw new WrongKeyException(wrong, e);
    }
  }

  private static byte[] checked(byte[] key) {
    if (key.length != Gcm.KEY) {
      throw new IllegalArgumentException("a key file has 32 bytes, not " + key.length);
    }
    return key;
  }

  static byte[] stretch(char[] passphrase, Cost cost, byte[] salt) {
    String composed = Normalizer.normalize(CharBuffer.wrap(passphrase), Normalizer.Form.NFC);
    Argon2BytesGenerator argon = new Argon2BytesGenerator();
    argon.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.passes())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .build());
    byte[] key = new byte[Gcm.KEY];
    argon.generateBytes(composed.getBytes(StandardCharsets.UTF_8), key);
    return key;
  }
}
