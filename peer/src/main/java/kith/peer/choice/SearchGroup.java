package kith.peer.choice;

import java.util.List;
import kith.codec.OwnerId;

/**
 * Whom a node has, and what it looks for.
 *
 * @param self whose search it is
 * @param wishes what it is and wants of a partner
 * @param there its partners, but for those that are silent for longer than their grace
 * @param lack what is still missing with them
 * @param most partners that it takes
 */
public record SearchGroup(OwnerId self, Wishes wishes, List<Candidate> there, Lack lack, int most) {
  public SearchGroup {
    there = List.copyOf(there);
  }
}
