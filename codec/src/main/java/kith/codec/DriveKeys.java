package kith.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The four secrets that the daemon keeps, 32 bytes each; root secret and owner key cannot be had
 * from them. Immutable.
 */
public final class DriveKeys {
  private static final int KEY = 32;
  private static final int VERSION = 1;
  private static final int SIZE = 1 + 4 * KEY;

  private final byte[] head;
  private final byte[] tree;
  private final byte[] seal;
  private final byte[] convergence;

  private DriveKeys(byte[] head, byte[] tree, byte[] seal, byte[] convergence) {
    this.head = head;
    this.tree = tree;
    this.seal = seal;
    this.convergence = convergence;
  }

  /** The keys that follow from the root secret. */
  public static DriveKeys derive(RootSecret root) {
    return new DriveKeys(
        root.derive("head key 1", KEY),
        root.derive("tree key 1", KEY),
        root.derive("seal secret 1", KEY),
        root.derive("convergence secret 1", KEY));
  }

  /** Encrypts heads. */
  public byte[] head() {
    return head.clone();
  }

  /** Encrypts the footers of packs. */
  public byte[] tree() {
    return tree.clone();
  }

  /** What the seals of shards are derived from. */
  public byte[] seal() {
    return seal.clone();
  }

  /** What the keys of chunks are derived from, together with their bytes. */
  public byte[] convergence() {
    return convergence.clone();
  }

  /** Makes the places of cuts depend on the drive; follows from the convergence secret. */
  public byte[] gear() {
    return Hkdf.derive(convergence, "gear key 1", new byte[0], KEY);
  }

  /** Version, then head, tree, seal and convergence key: for wrapping only. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(SIZE)
        .put((byte) VERSION)
        .put(head)
        .put(tree)
        .put(seal)
        .put(convergence)
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException for another version or length
   */
  public static DriveKeys ofBytes(byte[] bytes) throws CorruptDataException {
    if (bytes.length != SIZE || bytes[0] != VERSION) {
      throw new CorruptDataException("not the keys of a drive in version " + VERSION);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, SIZE - 1);
    return new DriveKeys(key(in), key(in), key(in), key(in));
  }

  private static byte[] key(ByteBuffer in) {
    byte[] key = new byte[KEY];
    in.get(key);
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DriveKeys that && MessageDigest.isEqual(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(Sha256.of(toBytes()));
  }

  @Override
  public String toString() {
    return "DriveKeys[hidden]";
  }
}
