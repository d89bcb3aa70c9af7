package kith.peer.choice;

/** Numbers of bytes as people read them. */
public final class ShownSize {
  private ShownSize() {}

  /** In the largest binary unit, with one digit after the point below 100: {@code 1.5 GiB}. */
  public static String of(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int unit = 0;
    double value = bytes;
    while (Math.abs(value) >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    boolean whole = unit == 0 || Math.abs(value) >= 100;
    long tenths = Math.round(whole ? Math.rint(value) * 10 : value * 10);
    String number = tenths % 10 == 0 ? tenths / 10 + "" : tenths / 10 + "." + tenths % 10;
    return number + " " + units[unit];
  }
}
