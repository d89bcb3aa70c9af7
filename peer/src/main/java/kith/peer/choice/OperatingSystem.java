package kith.peer.choice;

import java.util.Locale;

/**
 * What one worm takes at once. Few on purpose: who made up a system of his own would otherwise look
 * as if he shared his faults with nobody.
 */
public enum OperatingSystem {
  LINUX,
  WINDOWS,
  MACOS,
  BSD,
  /** Any other, or not told: all of these count as one. */
  OTHER;

  /** As a node names its own, in whatever case: {@code Linux}, {@code Windows 11}, ... */
  public static OperatingSystem of(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    if (plain.startsWith("windows")) {
      return WINDOWS;
    } else if (plain.startsWith("mac") || plain.startsWith("darwin")) {
      return MACOS;
    } else if (plain.endsWith("bsd")) {
      return BSD;
    }
    return plain.equals("linux") ? LINUX : OTHER;
  }
}
