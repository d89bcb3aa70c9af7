package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kith.codec.OwnerId;
import kith.index.Rows;

/**
 * Who was asked to become a partner and did not, why, and until when he is left in peace: in memory
 * and, as rows of META named {@code asked} and the owner id, on disk. Bounded: of too many the one
 * who may be asked soonest is forgotten. Safe for any number of threads.
 */
public final class SearchMemory {
  /** How many are remembered. */
  static final int MOST = 1024;

  /** How long it is remembered how often somebody rested, after he did. */
  private static final Duration REMEMBERED = Duration.ofDays(64);

  private static final OwnerRows.Form<SearchRest> FORM =
      new OwnerRows.Form<>(
          SearchRest::toRow, SearchRest::ofRow, Comparator.comparing(SearchRest::until));

  private final InstantSource clock;
  private final OwnerRows<SearchRest> rests;

  /** One who is not asked for a while. */
  public record Resting(OwnerId owner, SearchRest rest) {}

  /** Reads the rows; damaged ones are forgotten. */
  public SearchMemory(Rows rows, InstantSource clock) throws IOException {
    this.clock = clock;
    this.rests = new OwnerRows<>(rows, "asked", FORM, MOST);
  }

  /** Notes that somebody did not become a partner. */
  synchronized void note(OwnerId owner, SearchRest.Kind kind, String why) throws IOException {
    Instant now = clock.instant();
    List<OwnerId> over =
        rests.all().entrySet().stream()
            .filter(each -> now.isAfter(each.getValue().until().plus(REMEMBERED)))
            .map(Map.Entry::getKey)
            .toList();
    SearchRest rest = SearchRest.after(rests.find(owner).orElse(null), kind, now, why);
    for (OwnerId each : over) {
      rests.remove(each);
    }
    rests.put(owner, rest);
  }

  /** Forgets what was with somebody, for he is a partner now. */
  synchronized void forget(OwnerId owner) throws IOException {
    rests.remove(owner);
  }

  /** Those who are not asked now. */
  synchronized Set<OwnerId> resting() {
    Instant now = clock.instant();
    return rests.all().entrySet().stream()
        .filter(each -> each.getValue().holdsAt(now))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The same with reasons, who may be asked soonest first. */
  public synchronized List<Resting> all() {
    Instant now = clock.instant();
    return rests.all().entrySet().stream()
        .filter(each -> each.getValue().holdsAt(now))
        .map(each -> new Resting(each.getKey(), each.getValue()))
        .sorted(
            Comparator.comparing((Resting each) -> each.rest().until())
                .thenComparing(Resting::owner))
        .toList();
  }
}
