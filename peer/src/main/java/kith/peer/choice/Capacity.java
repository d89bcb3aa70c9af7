package kith.peer.choice;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How much a node may keep for others: no more than its uplink gives back, to those who repair or
 * restore, within a window. A fourteenth of the uplink is left for audits and for what the
 * protocols add.
 *
 * @param uplink bytes per second; 0 while it is not known
 * @param window within which all of it must have gone up
 */
public record Capacity(long uplink, Duration window) {
  private static final int WHOLE = 14;

  public Capacity {
    if (uplink < 0 || window.toSeconds() < 1) {
      throw new IllegalArgumentException("no capacity of " + uplink + " bytes/s in " + window);
    }
  }

  /** Bytes; empty while the uplink is not known: then there is no bound. */
  public OptionalLong bytes() {
    if (uplink == 0) {
      return OptionalLong.empty();
    }
    BigInteger all =
        BigInteger.valueOf(uplink)
            .multiply(BigInteger.valueOf(window.toSeconds()))
            .multiply(BigInteger.valueOf(WHOLE - 1))
            .divide(BigInteger.valueOf(WHOLE));
    return OptionalLong.of(all.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue());
  }

  /**
   * Whether so much more may be promised.
   *
   * @param promised bytes that others may store here by the agreements that there are
   * @param more at least 0
   */
  public boolean allows(long promised, long more) {
    OptionalLong bytes = bytes();
    return bytes.isEmpty()
        || (promised <= bytes.getAsLong() && more <= bytes.getAsLong() - promised);
  }

  /** In plain words: {@code at 20 Mbit/s up you can keep 400 GB for others}. */
  public String words() {
    OptionalLong bytes = bytes();
    return bytes.isEmpty()
        ? "how much you can keep for others depends on your uplink, which is not known"
        : "at " + rate(uplink) + " up you can keep " + size(bytes.getAsLong()) + " for others";
  }

  private static String rate(long bytesPerSecond) {
    double kilobits = bytesPerSecond * 8 / 1000.0;
    return kilobits < 1000 ? number(kilobits) + " kbit/s" : number(kilobits / 1000) + " Mbit/s";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value)
        .replaceFirst("\\.0$", "");
  }

  /** Two digits, rounded down, with decimal prefixes: it is compared with rates. */
  private static String size(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    int unit = 0;
    long value = bytes;
    long tenths = 0;
    while (value >= 1000) {
      tenths = value % 1000 / 100;
      value /= 1000;
      unit++;
    }
    String shown =
        value >= 100
            ? String.valueOf(value / 10 * 10)
            : value >= 10 || tenths == 0 ? String.valueOf(value) : value + "." + tenths;
    return shown + " " + units[unit];
  }
}
