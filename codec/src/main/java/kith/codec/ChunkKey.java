package kith.codec;

/** Key of a chunk: HMAC-SHA256 of its bytes under the convergence secret. Never printed. */
public final class ChunkKey extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 32;

  public ChunkKey(byte[] bytes) {
    super(bytes, SIZE);
  }

  @Override
  public String toString() {
    return "ChunkKey[hidden]";
  }
}
