package kith.fs;

import java.util.Locale;

/** How safe a file is; the words and their meaning are in docs/design.md, section 3. */
public enum FileState {
  /** Only on this machine. */
  LOCAL,
  /** On its way: some of it is at partners, but too little to be called safe. */
  SHIPPING,
  /** As safe, but at least one partner that it needs is within its commitment period. */
  LOCKED,
  /** All of it, up to a published head, is acknowledged by m + t distinct partners. */
  SAFE,
  /** As safe, and acknowledged by all n. */
  FULL,
  /** Was safe, and is now on fewer partners than that. */
  DEGRADED;

  /** Whether a restore would bring it back, as far as acknowledgements tell. */
  public boolean isSafe() {
    return this == SAFE || this == FULL;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
