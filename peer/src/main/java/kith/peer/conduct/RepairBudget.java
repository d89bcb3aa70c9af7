package kith.peer.conduct;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kith.codec.OwnerId;

/**
 * What an owner may read to make the shards of lost partners again. Of each pack a lost partner had
 * one shard at most, and to make it again takes one shard's worth of each holder: for each lost
 * partner no more may be read than is held, once. Whom an owner has lost a holder cannot know, so
 * that no more than a few are believed in a year. Immutable.
 *
 * @param named the lost partners that were named within a year, oldest first
 */
public record RepairBudget(List<Lost> named) {
  /** So many lost partners are believed in a year. */
  public static final int MOST = 6;

  /** For blocks that were sent and did not arrive, in bytes. */
  public static final long SLACK = 16L << 20;

  /** Nobody was named. */
  public static final RepairBudget NEW = new RepairBudget(List.of());

  private static final long YEAR = Duration.ofDays(365).toMillis();

  /**
   * A partner that the owner says he has lost.
   *
   * @param since when he was named first, in ms since 1970
   * @param bytes read for his shards
   */
  public record Lost(OwnerId who, long since, long bytes) {}

  public RepairBudget {
    named = List.copyOf(named);
  }

  /** What may be read for each lost partner, in bytes. */
  public static long perLost(long held) {
    return held + SLACK;
  }

  /** As of a later moment: whoever was named a year ago, by whatever clock, is forgotten. */
  public RepairBudget at(long now) {
    List<Lost> left = named.stream().filter(lost -> Math.abs(now - lost.since) < YEAR).toList();
    return left.size() == named.size() ? this : new RepairBudget(left);
  }

  /**
   * How long until so many bytes may be read for a lost partner's shards, in ms; 0 if they may now.
   *
   * @param perLost what may be read for each
   */
  public long waitFor(OwnerId who, long bytes, long perLost, long now) {
    for (Lost lost : named) {
      if (lost.who.equals(who)) {
        return lost.bytes + bytes <= perLost ? 0 : untilForgotten(lost, now);
      }
    }
    return named.size() < MOST ? 0 : untilForgotten(named.get(0), now);
  }

  private static long untilForgotten(Lost lost, long now) {
    return Math.max(1, lost.since + YEAR - now);
  }

  /** With so many bytes read for a lost partner; with fewer than 0, they were not after all. */
  public RepairBudget with(OwnerId who, long bytes, long now) {
    List<Lost> next = new ArrayList<>(named);
    for (int i = 0; i < next.size(); i++) {
      Lost lost = next.get(i);
      if (lost.who.equals(who)) {
        next.set(i, new Lost(who, lost.since, Math.max(0, lost.bytes + bytes)));
        return new RepairBudget(next);
      }
    }
    next.add(new Lost(who, now, Math.max(0, bytes)));
    return new RepairBudget(next);
  }
}
