package kith.codec;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Names, compresses and encrypts chunks, and back: the first encryption. Safe for any number of
 * threads; ciphers, compressors and buffers are lent to one call at a time and kept, as many as
 * threads ever called at once. Closing frees them; no call may follow.
 */
public final class ChunkCodec implements AutoCloseable {
  /** The longest chunk in bytes. */
  public static final int MAX_RAW = 1 << 20;

  /** Bytes by which a record is at most longer than its chunk. */
  public static final int MAX_OVERHEAD = ChunkWorkspace.OVERHEAD;

  private final byte[] convergence;
  private final SecureRandom random;
  private final Queue<ChunkWorkspace> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param convergence secret of 32 bytes: of the drive, or of a circle; copied
   * @param random source of nonces
   */
  public ChunkCodec(byte[] convergence, SecureRandom random) {
    if (convergence.length != 32) {
      throw new IllegalArgumentException("a convergence secret has 32 bytes");
    }
    this.convergence = convergence.clone();
    this.random = random;
  }

  /** The key of these bytes: HMAC-SHA256 under the convergence secret. */
  public ChunkKey keyOf(byte[] raw, int offset, int length) {
    ChunkWorkspace workspace = borrow();
    try {
      return workspace.keyOf(new Span(raw, offset, length));
    } finally {
      idle.add(workspace);
    }
  }

  /** The id of the chunk with this key: its SHA-256. */
  public static ChunkId idOf(ChunkKey key) {
    return new ChunkId(Sha256.of(key.toBytes()));
  }

  /**
   * Compresses, where it pays, and encrypts under a fresh nonce. The same chunk sealed twice gives
   * two different records.
   *
   * @param key of exactly these bytes
   * @param length at most {@value #MAX_RAW}
   * @return the stored record, at most {@link #MAX_OVERHEAD} bytes longer than the chunk
   */
  public byte[] seal(ChunkKey key, byte[] raw, int offset, int length) {
    if (length > MAX_RAW) {
      throw new IllegalArgumentException("a chunk of " + length + " bytes");
    }
    byte[] nonce = new byte[Gcm.NONCE];
    random.nextBytes(nonce);
    ChunkWorkspace workspace = borrow();
    try {
      return workspace.seal(key, nonce, new Span(raw, offset, length));
    } finally {
      idle.add(workspace);
    }
  }

  /** As {@link #open(ChunkKey, byte[], int, int)} of a whole array. */
  public byte[] open(ChunkKey key, byte[] stored) throws CorruptDataException {
    return open(key, stored, 0, stored.length);
  }

  /**
   * Decrypts, decompresses and compares the key again, because GCM does not commit to its key.
   *
   * @return the chunk's bytes
   * @throws CorruptDataException if they are not those that the key was made of
   */
  public byte[] open(ChunkKey key, byte[] stored, int offset, int length)
      throws CorruptDataException {
    ChunkWorkspace workspace = borrow();
    try {
      byte[] raw = workspace.open(key, new Span(stored, offset, length));
      byte[] again = workspace.keyOf(Span.of(raw)).toBytes();
      if (!MessageDigest.isEqual(again, key.toBytes())) {
        throw new CorruptDataException("the bytes of chunk " + idOf(key) + " are others");
      }
      return raw;
    } finally {
      idle.add(workspace);
    }
  }

  /**
   * Decrypts and decompresses a record that this node sealed and kept: its tag says that it is what
   * was sealed, and the key was compared then.
   *
   * @return the chunk's bytes
   * @throws CorruptDataException if the record is not what was sealed under this key
   */
  public byte[] openOwn(ChunkKey key, byte[] stored) throws CorruptDataException {
    ChunkWorkspace workspace = borrow();
    try {
      return workspace.open(key, Span.of(stored));
    } finally {
      idle.add(workspace);
    }
  }

  private ChunkWorkspace borrow() {
    ChunkWorkspace workspace = idle.poll();
    return workspace != null ? workspace : new ChunkWorkspace(convergence);
  }

  @Override
  public void close() {
    for (ChunkWorkspace w = idle.poll(); w != null; w = idle.poll()) {
      w.close();
    }
  }
}
