package kith.codec;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * A short code beside a printed line, by which a mistyped line is found. Finds mistakes (one in a
 * million goes unseen), not malice. Case and the width of gaps don't matter.
 */
public final class LineCheck {
  /** Length of a code in characters. */
  public static final int LENGTH = 4;

  private LineCheck() {}

  /** Four base32 characters: the first 20 bits of SHA-256("kith line 1" | 0 | normalised line). */
  public static String of(String line) {
    byte[] digest = Sha256.of(("kith line 1\0" + normal(line)).getBytes(StandardCharsets.UTF_8));
    int[] values = Base32.split(digest);
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      code.append(Base32.character(values[i]));
    }
    return code.toString();
  }

  /** Whether the code, in either case, belongs to the line. */
  public static boolean verify(String line, String code) {
    String stripped = code.strip();
    String expected = of(line);
    boolean same = stripped.length() == LENGTH;
    for (int i = 0; same && i < LENGTH; i++) {
      same = Base32.value(stripped.charAt(i)) == Base32.value(expected.charAt(i));
    }
    return same;
  }

  private static String normal(String line) {
    String composed = Normalizer.normalize(line, Normalizer.Form.NFC);
    return composed.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }
}
