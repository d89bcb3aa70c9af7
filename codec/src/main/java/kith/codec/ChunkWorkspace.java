package kith.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one call of the chunk codec needs, kept for the next: MAC, cipher, compressor, buffer. For
 * one thread at a time.
 *
 * <p>Record: nonce 12 | AES-256-GCM(method u8 | raw length u32 | payload) with tag 16.
 */
final class ChunkWorkspace implements AutoCloseable {
  private static final int HEADER = 1 + 4;
  private static final int RAW = 0;
  private static final int ZSTD = 1;
  private static final byte[] NO_NAMES = {};

  /** Bytes of a record beyond its payload. */
  static final int OVERHEAD = Gcm.NONCE + HEADER + Gcm.TAG;

  private final Mac mac;
  private final Hkdf hkdf = new Hkdf();
  private final Gcm gcm = new Gcm();
  private final Compressor compressor = new Compressor();
  private byte[] buffer = new byte[HEADER];

  ChunkWorkspace(byte[] convergence) {
    mac = Hkdf.mac(convergence);
  }

  ChunkKey keyOf(Span raw) {
    mac.update(raw.array(), raw.offset(), raw.length());
    return new ChunkKey(mac.doFinal());
  }

  byte[] seal(ChunkKey key, byte[] nonce, Span raw) {
    ensure(HEADER + Compressor.room(raw.length()));
    int payload = compressor.compress(raw, buffer, HEADER);
    boolean pays = payload > 0;
    if (!pays) {
      System.arraycopy(raw.array(), raw.offset(), buffer, HEADER, raw.length());
      payload = raw.length();
    }
    ByteBuffer.wrap(buffer).put((byte) (pays ? ZSTD : RAW)).putInt(raw.length());
    byte[] stored = Arrays.copyOf(nonce, OVERHEAD + payload);
    Span plain = new Span(buffer, 0, HEADER + payload);
    gcm.encrypt(cipherKey(key), nonce, NO_NAMES).seal(plain, stored, Gcm.NONCE);
    return stored;
  }

  byte[] open(ChunkKey key, Span stored) throws CorruptDataException {
    if (stored.length() < OVERHEAD || stored.length() > OVERHEAD + ChunkCodec.MAX_RAW) {
      throw new CorruptDataException("no chunk has a record of " + stored.length() + " bytes");
    }
    int payload = decrypt(key, stored) - HEADER;
    int method = buffer[0];
    int rawLength = ByteBuffer.wrap(buffer).getInt(1);
    if (rawLength < 0 || rawLength > ChunkCodec.MAX_RAW) {
      throw new CorruptDataException("no chunk has " + rawLength + " bytes");
    }
    if (method == RAW && rawLength == payload) {
      return Arrays.copyOfRange(buffer, HEADER, HEADER + payload);
    }
    if (method == ZSTD) {
      return compressor.decompress(new Span(buffer, HEADER, payload), rawLength);
    }
    throw new CorruptDataException("compression method " + method + " with " + payload + " bytes");
  }

  private int decrypt(ChunkKey key, Span stored) throws CorruptDataException {
    byte[] nonce = Arrays.copyOfRange(stored.array(), stored.offset(), stored.offset() + Gcm.NONCE);
    int length = stored.length() - Gcm.NONCE;
    ensure(length);
    try {
      Span sealed = new Span(stored.array(), stored.offset() + Gcm.NONCE, length);
      return gcm.decrypt(cipherKey(key), nonce, NO_NAMES).open(sealed, buffer, 0);
    } catch (AEADBadTagException e) {
      throw new CorruptDataException("chunk " + ChunkCodec.idOf(key) + " does not decrypt", e);
    }
  }

  /** Apart from the chunk's key, which serves as MAC. */
  private SecretKeySpec cipherKey(ChunkKey key) {
    return Gcm.key(hkdf.next(key.toBytes(), "chunk cipher 1", NO_NAMES, Gcm.KEY));
  }

  private void ensure(int length) {
    if (buffer.length < length) {
      buffer = new byte[length];
    }
  }

  @Override
  public void close() {
    compressor.close();
  }
}
