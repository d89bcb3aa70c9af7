package kith.chunker;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One 64-bit word per byte value, from which the rolling hash is made. Keyed, so that chunk lengths
 * tell nobody without the key which known file is stored. Immutable.
 */
public final class GearTable {
  /** Length of the key in bytes. */
  public static final int KEY_SIZE = 32;

  private static final byte[] LABEL = "kith gear 1".getBytes(StandardCharsets.US_ASCII);

  private final long[] words;

  private GearTable(long[] words) {
    this.words = words;
  }

  /**
   * Word i is the first 8 bytes, big-endian, of HMAC-SHA256(key, "kith gear 1" | byte i).
   *
   * @param key {@value #KEY_SIZE} bytes, used for nothing else
   */
  public static GearTable keyed(byte[] key) {
    if (key.length != KEY_SIZE) {
      throw new IllegalArgumentException("a gear key has 32 bytes, not " + key.length);
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      long[] words = new long[256];
      for (int i = 0; i < words.length; i++) {
        mac.update(LABEL);
        words[i] = prefix(mac.doFinal(new byte[] {(byte) i}));
      }
      return new GearTable(words);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  private static long prefix(byte[] bytes) {
    long word = 0;
    for (byte b : Arrays.copyOf(bytes, 8)) {
      word = (word << 8) | (b & 0xff);
    }
    return word;
  }

  /** A copy of the 256 words, each shifted left by {@code bits}. */
  long[] shifted(int bits) {
    return Arrays.stream(words).map(word -> word << bits).toArray();
  }
}
