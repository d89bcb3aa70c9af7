package kith.index;

import java.util.Arrays;

/**
 * A head that is kept for another owner. Heads are ordered by epoch, then generation.
 *
 * @param record the signed record, as it came
 */
public record HeldHead(long epoch, long generation, byte[] record) implements Comparable<HeldHead> {
  @Override
  public int compareTo(HeldHead other) {
    int order = Long.compareUnsigned(epoch, other.epoch);
    return order != 0 ? order : Long.compareUnsigned(generation, other.generation);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeldHead that
        && epoch == that.epoch
        && generation == that.generation
        && Arrays.equals(record, that.record);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(epoch) * 31 + Long.hashCode(generation);
  }
}
