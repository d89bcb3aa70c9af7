package kith.codec;

/** A SHA-256 digest. */
public final class Digest extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 32;

  public Digest(byte[] bytes) {
    super(bytes, SIZE);
  }
}
