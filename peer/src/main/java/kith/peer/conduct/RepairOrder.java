package kith.peer.conduct;

import java.util.Comparator;
import kith.codec.CodeParameters;

/**
 * When the shards of a pack are made again elsewhere, and which packs come first.
 *
 * @param haste whether at all, and how
 * @param spare so many more shards may be lost before partners alone cannot give the pack back;
 *     below 0 they cannot
 */
public record RepairOrder(Haste haste, int spare) implements Comparable<RepairOrder> {
  /** How soon. */
  public enum Haste {
    /** As fast as the limits allow. */
    NOW,
    /** When nothing else is to be done, slowly: the partner may yet return. */
    IDLE,
    /** Not at all. */
    NOT
  }

  /** Nothing is missing. */
  public static final RepairOrder NONE = new RepairOrder(Haste.NOT, 0);

  private static final Comparator<RepairOrder> FIRST =
      Comparator.comparing(RepairOrder::haste).thenComparingInt(RepairOrder::spare);

  /**
   * For a pack.
   *
   * @param good shards at partners who keep their word, or are suspected since a short time only
   * @param doubtful shards at those who are doubted ({@link Standing#isDoubtful})
   */
  public static RepairOrder of(CodeParameters code, int good, int doubtful) {
    int lost = code.n() - good - doubtful;
    int spare = good - code.m();
    // The doubted are not waited for where the pack would hardly bear to lose them.
    boolean thin = doubtful > 0 && spare * 2 < code.k();
    if (lost > 0 || thin) {
      return new RepairOrder(Haste.NOW, spare);
    }
    // One who is doubted alone is waited for where the pack bears more: most of them come back.
    boolean waits = doubtful == 0 || (doubtful == 1 && code.k() > 2);
    return new RepairOrder(waits ? Haste.NOT : Haste.IDLE, spare);
  }

  @Override
  public int compareTo(RepairOrder other) {
    return FIRST.compare(this, other);
  }
}
