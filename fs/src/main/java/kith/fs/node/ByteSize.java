package kith.fs.node;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write and read it: {@code 100 GiB}, {@code 1.5TB}, {@code 4096}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final String PREFIXES = "KMGTP";
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,19}(?:\\.\\d{1,6})?) ?(?:([KMGTP])(I?)B?|B)?");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size can't be negative");
    }
  }

  /**
   * KiB, MiB ... are powers of 1024; KB, MB ... of 1000; a bare K, M ... is taken as KiB, MiB ...
   *
   * @throws IllegalArgumentException saying what a size looks like
   */
  public static ByteSize parse(String text) {
    var match = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!match.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no size: write 100GiB, 500MB or 4096");
    }
    var bytes = new BigDecimal(match.group(1)).multiply(unit(match.group(2), match.group(0)));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is more than any disk has");
    }
    return new ByteSize(bytes.longValue());
  }

  private static BigDecimal unit(String prefix, String whole) {
    if (prefix == null) {
      return BigDecimal.ONE;
    }
    boolean decimal = whole.endsWith(prefix + "B");
    return BigDecimal.valueOf(decimal ? 1000 : 1024).pow(PREFIXES.indexOf(prefix) + 1);
  }

  /** With three digits at most, rounded to the nearest: {@code 1.5 GiB}. */
  public static String show(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < BINARY.length - 1) {
      value /= 1024;
      unit++;
    }
    String format =
        unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, value, BINARY[unit]);
  }

  /** Exact, in the largest unit that leaves no fraction. */
  @Override
  public String toString() {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % 1024 == 0 && unit < BINARY.length - 1) {
      value /= 1024;
      unit++;
    }
    return value + " " + BINARY[unit];
  }
}
