package kith.peer.choice;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kith.codec.OwnerId;

/**
 * Whom to ask next, and why nobody else.
 *
 * @param next the best first; nobody while enough is under way
 * @param able how many could be asked, now or after a while, as far as criteria go
 * @param resting how many of these are not asked again yet
 * @param near how many of these are waited with, for they are in a household or network that has a
 *     partner
 * @param refused how many each criterion refuses; who is refused by several counts for the first
 */
public record SearchPlan(
    List<OwnerId> next, int able, int resting, int near, Map<Criterion, Integer> refused) {
  /** Nobody is looked for. */
  public static final SearchPlan NONE = new SearchPlan(List.of(), 0, 0, 0, Map.of());

  public SearchPlan {
    next = List.copyOf(next);
    var inOrder = new EnumMap<Criterion, Integer>(Criterion.class);
    inOrder.putAll(refused);
    refused = Collections.unmodifiableMap(inOrder);
  }
}
