package kith.codec;

/**
 * Names an owner for ever: SHA-256 of the owner's first public key. Printed in 13 groups of five
 * characters with a check digit each.
 */
public final class OwnerId extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 32;

  public OwnerId(byte[] bytes) {
    super(bytes, SIZE);
  }

  /** The id of whoever has this first public key. */
  public static OwnerId ofPublicKey(byte[] publicKey) {
    return new OwnerId(Sha256.of(publicKey));
  }

  /**
   * Reads what {@link #toString} wrote, in either case, with or without hyphens.
   *
   * @throws CorruptDataException naming the group that is wrong
   */
  public static OwnerId parse(String text) throws CorruptDataException {
    byte[] bytes = CheckedText.decode(text);
    if (bytes.length != SIZE) {
      throw new CorruptDataException("'" + text + "' is no owner id: it has 13 groups of five");
    }
    return new OwnerId(bytes);
  }

  /** The first two groups: enough to tell partners apart on a screen, not to trust one. */
  public String brief() {
    return toString().substring(0, 11);
  }

  @Override
  public String toString() {
    return CheckedText.encode(toBytes());
  }
}
