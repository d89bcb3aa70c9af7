package kith.codec;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over heap arrays, which Java encrypts faster than direct buffers. For one thread.
 *
 * <p>Java's own cipher is fed in slices: its compiled form is entered at a call, so that a few huge
 * calls stay interpreted and take fifty times as long.
 */
final class Gcm {
  static final int KEY = 32;
  static final int NONCE = 12;
  static final int TAG = 16;
  private static final int SLICE = 4 * 1024;

  private final Cipher cipher;
  private final int slice;

  Gcm() {
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
      slice = cipher.getProvider().getName().equals("SunJCE") ? SLICE : Integer.MAX_VALUE;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  static SecretKeySpec key(byte[] bytes) {
    if (bytes.length != KEY) {
      throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + bytes.length);
    }
    return new SecretKeySpec(bytes, "AES");
  }

  /** Begins to encrypt; the same key and nonce twice in a row are refused. */
  Gcm encrypt(SecretKeySpec key, byte[] nonce, byte[] associated) {
    return start(Cipher.ENCRYPT_MODE, new Start(key, nonce, associated));
  }

  /** Begins to decrypt. */
  Gcm decrypt(SecretKeySpec key, byte[] nonce, byte[] associated) {
    return start(Cipher.DECRYPT_MODE, new Start(key, nonce, associated));
  }

  private record Start(SecretKeySpec key, byte[] nonce, byte[] associated) {}

  private Gcm start(int mode, Start start) {
    try {
      cipher.init(mode, start.key, new GCMParameterSpec(TAG * 8, start.nonce));
      cipher.updateAAD(start.associated);
      return this;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refused its key or nonce", e);
    }
  }

  /**
   * Writes the encrypted bytes and the tag to {@code out}.
   *
   * @return the number of bytes written: those of {@code in} and {@value #TAG}
   */
  int seal(Span in, byte[] out, int offset) {
    try {
      int written = 0;
      int read = 0;
      for (; in.length() - read > slice; read += slice) {
        written += cipher.update(in.array(), in.offset() + read, slice, out, offset + written);
      }
      int rest = in.length() - read;
      return written + cipher.doFinal(in.array(), in.offset() + read, rest, out, offset + written);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed to encrypt", e);
    }
  }

  /**
   * Writes the decrypted bytes to {@code out}, in one call: Java holds back decrypted bytes until
   * the tag is checked, so that slices would only be copied.
   *
   * @return the number of bytes written: those of {@code in} less {@value #TAG}
   * @throws AEADBadTagException if a bit of key, nonce, associated data or {@code in} is another
   */
  int open(Span in, byte[] out, int offset) throws AEADBadTagException {
    try {
      return cipher.doFinal(in.array(), in.offset(), in.length(), out, offset);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed to decrypt", e);
    }
  }
}
