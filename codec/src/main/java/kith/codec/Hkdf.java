package kith.codec;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys from keys: HKDF-SHA256 (RFC 5869) without salt, with info = "kith" | 0 | label | 0 |
 * context. Labels are distinct by use and carry a version. An instance is for one thread at a time.
 */
public final class Hkdf {
  private static final String MAC = "HmacSHA256";
  private static final int HASH = 32;
  private static final int MAX_LENGTH = 255 * HASH;

  private final Mac extract = mac(new byte[HASH]);
  private final Mac expand = instance();

  /** One that derives many keys, one after the other: to find the algorithm takes most of it. */
  Hkdf() {}

  /**
   * @param key secret of at least 16 bytes, evenly distributed
   * @param label what the result is for; ASCII without NUL
   * @param context names or salt that the result is bound to; may be empty
   * @param length of the result in bytes, 1 to 8160
   */
  public static byte[] derive(byte[] key, String label, byte[] context, int length) {
    return new Hkdf().next(key, label, context, length);
  }

  /** As {@link #derive}. */
  byte[] next(byte[] key, String label, byte[] context, int length) {
    if (key.length < 16 || length < 1 || length > MAX_LENGTH || label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("no HKDF of " + length + " bytes for '" + label + "'");
    }
    byte[] extracted = extract.doFinal(key);
    begin(expand, extracted);
    byte[] info = ("kith\0" + label + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] result = new byte[length];
    byte[] block = new byte[0];
    for (int done = 0, i = 1; done < length; done += HASH, i++) {
      expand.update(block);
      expand.update(info);
      expand.update(context);
      block = expand.doFinal(new byte[] {(byte) i});
      System.arraycopy(block, 0, result, done, Math.min(HASH, length - done));
    }
    Arrays.fill(extracted, (byte) 0);
    return result;
  }

  /** HMAC-SHA256, ready to take bytes. */
  static Mac mac(byte[] key) {
    Mac mac = instance();
    begin(mac, key);
    return mac;
  }

  private static Mac instance() {
    try {
      return Mac.getInstance(MAC);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  private static void begin(Mac mac, byte[] key) {
    try {
      mac.init(new SecretKeySpec(key, MAC));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HMAC-SHA256 takes any key", e);
    }
  }
}
