package kith.fs.node;

import java.util.Map;
import kith.fs.FileState;

/**
 * The files of the live tree by {@link FileState}; every file is counted in at most one.
 *
 * @param atLeast whether there were too many to count all: each amount may be greater
 */
public record StateCounts(
    Amount local,
    Amount shipping,
    Amount locked,
    Amount safe,
    Amount full,
    Amount degraded,
    boolean atLeast) {
  /** From a map in which a state that is missing counts as none. */
  public static StateCounts of(Map<FileState, Amount> amounts) {
    return new StateCounts(
        amounts.getOrDefault(FileState.LOCAL, Amount.NONE),
        amounts.getOrDefault(FileState.SHIPPING, Amount.NONE),
        amounts.getOrDefault(FileState.LOCKED, Amount.NONE),
        amounts.getOrDefault(FileState.SAFE, Amount.NONE),
        amounts.getOrDefault(FileState.FULL, Amount.NONE),
        amounts.getOrDefault(FileState.DEGRADED, Amount.NONE),
        false);
  }

  /** What is in that state. */
  public Amount in(FileState state) {
    return switch (state) {
      case LOCAL -> local;
      case SHIPPING -> shipping;
      case LOCKED -> locked;
      case SAFE -> safe;
      case FULL -> full;
      case DEGRADED -> degraded;
    };
  }

  /** All files. */
  public Amount total() {
    return local.plus(shipping).plus(locked).plus(safe).plus(full).plus(degraded);
  }
}
