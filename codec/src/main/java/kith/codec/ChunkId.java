package kith.codec;

/** Names a chunk: SHA-256 of its chunk key. Says nothing about the content to who lacks the key. */
public final class ChunkId extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 32;

  public ChunkId(byte[] bytes) {
    super(bytes, SIZE);
  }
}
