package kith.fs.node;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How fast bytes may go over the network, as people write and read it: {@code 20 Mbit/s}, {@code 2
 * MiB/s}.
 *
 * @param bytesPerSecond 0 for no limit, else at least {@link #LEAST}
 */
public record Rate(long bytesPerSecond) {
  /** No limit. */
  public static final Rate NONE = new Rate(0);

  /** Bytes per second under which a message of 1 MiB takes as long as a partner waits for it. */
  static final long LEAST = 64_000;

  private static final long BITS = 8;
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?) ?([KMG])(?:BIT/S|BITPS|BPS)|(.*\\S) ?/ ?S");

  public Rate {
    if (bytesPerSecond != 0 && bytesPerSecond < LEAST) {
      throw new IllegalArgumentException(
          "a rate under "
              + LEAST * BITS / 1000
              + " kbit/s is too little for partners to wait for: give more, or 'kith pause'");
    }
  }

  /**
   * Bits with decimal prefixes, or bytes as {@link ByteSize} has them, each second; {@code none}.
   *
   * @throws IllegalArgumentException saying what a rate looks like
   */
  public static Rate parse(String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT);
    if (upper.equals("NONE")) {
      return NONE;
    }
    var match = FORM.matcher(upper);
    if (!match.matches()) {
      throw wrong(text);
    }
    if (match.group(3) != null) {
      return notNone(size(match.group(3), text).bytes(), text);
    }
    long bits = size(match.group(1) + match.group(2) + "B", text).bytes();
    return notNone(bits / BITS, text);
  }

  private static Rate notNone(long bytesPerSecond, String text) {
    if (bytesPerSecond == 0) {
      throw wrong(text);
    }
    return new Rate(bytesPerSecond);
  }

  private static ByteSize size(String size, String text) {
    try {
      return ByteSize.parse(size);
    } catch (IllegalArgumentException e) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no rate: write 20Mbit/s, 500kbit/s, 2MiB/s, or none");
  }

  /** Exact, in bits where that is what was meant. */
  @Override
  public String toString() {
    if (bytesPerSecond == 0) {
      return "none";
    }
    long bits = bytesPerSecond * BITS;
    if (bits % 1_000_000 == 0) {
      return bits / 1_000_000 + " Mbit/s";
    }
    return bits % 1000 == 0 ? bits / 1000 + " kbit/s" : new ByteSize(bytesPerSecond) + "/s";
  }
}
