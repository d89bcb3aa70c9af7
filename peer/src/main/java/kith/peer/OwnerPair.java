package kith.peer;

import java.util.Comparator;
import kith.codec.OwnerId;

/** An owner and one who holds for him. */
record OwnerPair(OwnerId owner, OwnerId holder) implements Comparable<OwnerPair> {
  private static final Comparator<OwnerPair> ORDER =
      Comparator.comparing(OwnerPair::owner).thenComparing(OwnerPair::holder);

  @Override
  public int compareTo(OwnerPair other) {
    return ORDER.compare(this, other);
  }
}
