package kith.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was asked to become a partner and did not, why, and until when he is left in peace: in memory
 * and, as rows of META named {@code asked} and the owner id, on disk. Bounded: of too many the one
 * who may be asked soonest is forgotten. Safe for any number of threads.
 */
public final class SearchMemory {
  private static final Logger LOG = LoggerFactory.getLogger(SearchMemory.class);

  /** How many are remembered. */
  static final int MOST = 1024;

  /** How long it is remembered how often somebody rested, after he did. */
  private static final Duration REMEMBERED = Duration.ofDays(64);

  private static final byte[] PREFIX = "asked".getBytes(StandardCharsets.UTF_8);

  private final Rows rows;
  private final InstantSource clock;
  private final Map<OwnerId, SearchRest> rests = new HashMap<>();

  /** One who is not asked for a while. */
  public record Resting(OwnerId owner, SearchRest rest) {}

  /** Reads the rows; damaged ones are forgotten. */
  public SearchMemory(Rows rows, InstantSource clock) throws IOException {
    this.rows = rows;
    this.clock = clock;
    var gone = new Update();
    rows.scan(
        Table.META,
        PREFIX,
        null,
        (key, row) -> {
          if (!Arrays.equals(key, 0, Math.min(key.length, PREFIX.length), PREFIX, 0, PREFIX.length)
              || key.length != PREFIX.length + OwnerId.SIZE) {
            return false;
          }
          read(key, row, gone);
          return true;
        });
    rows.apply(gone);
  }

  private void read(byte[] key, byte[] row, Update gone) {
    try {
      rests.put(
          new OwnerId(Arrays.copyOfRange(key, PREFIX.length, key.length)), SearchRest.ofRow(row));
    } catch (CorruptDataException e) {
      LOG.info("one who was asked may be asked again: {}", e.getMessage());
      gone.delete(Table.META, key);
    }
  }

  private static byte[] key(OwnerId owner) {
    byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + OwnerId.SIZE);
    owner.copyTo(key, PREFIX.length);
    return key;
  }

  /** Notes that somebody did not become a partner. */
  synchronized void note(OwnerId owner, SearchRest.Kind kind, String why) throws IOException {
    Instant now = clock.instant();
    SearchRest rest = SearchRest.after(rests.get(owner), kind, now, why);
    var update = new Update().put(Table.META, key(owner), rest.toRow());
    rests.entrySet().removeIf(each -> isOver(each.getKey(), each.getValue(), now, update));
    rests.put(owner, rest);
    if (rests.size() > MOST) {
      OwnerId soonest =
          rests.entrySet().stream()
              .filter(each -> !each.getKey().equals(owner))
              .min(Comparator.comparing(each -> each.getValue().until()))
              .orElseThrow()
              .getKey();
      rests.remove(soonest);
      update.delete(Table.META, key(soonest));
    }
    rows.apply(update);
  }

  private static boolean isOver(OwnerId owner, SearchRest rest, Instant now, Update update) {
    boolean over = now.isAfter(rest.until().plus(REMEMBERED));
    if (over) {
      update.delete(Table.META, key(owner));
    }
    return over;
  }

  /** Forgets what was with somebody, for he is a partner now. */
  synchronized void forget(OwnerId owner) throws IOException {
    if (rests.remove(owner) != null) {
      rows.apply(new Update().delete(Table.META, key(owner)));
    }
  }

  /** Those who are not asked now. */
  synchronized Set<OwnerId> resting() {
    Instant now = clock.instant();
    return rests.entrySet().stream()
        .filter(each -> each.getValue().holdsAt(now))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The same with reasons, who may be asked soonest first. */
  public synchronized List<Resting> all() {
    Instant now = clock.instant();
    return rests.entrySet().stream()
        .filter(each -> each.getValue().holdsAt(now))
        .map(each -> new Resting(each.getKey(), each.getValue()))
        .sorted(
            Comparator.comparing((Resting each) -> each.rest().until())
                .thenComparing(Resting::owner))
        .toList();
  }
}
