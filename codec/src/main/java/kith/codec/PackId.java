package kith.codec;

/** Names a pack: 128 random bits, so that no key derived from it ever seals two contents. */
public final class PackId extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 16;

  public PackId(byte[] bytes) {
    super(bytes, SIZE);
  }
}
