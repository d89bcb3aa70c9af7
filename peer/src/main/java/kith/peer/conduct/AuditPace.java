package kith.peer.conduct;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kith.codec.OwnerId;

/**
 * How often an owner audits a holder, and when: a day is cut into equal slots, and each slot has
 * one moment that depends on the two ids and on nothing else, so that the audits of many partners
 * don't meet. Pure.
 *
 * @param perDay rounds a day
 * @param youngPerDay rounds a day while the agreement is young
 * @param young how long that is
 */
public record AuditPace(int perDay, int youngPerDay, Duration young) {
  private static final Duration DAY = Duration.ofDays(1);

  public AuditPace {
    if (perDay < 0 || youngPerDay < 0 || young.isNegative()) {
      throw new IllegalArgumentException("less than no audits");
    }
  }

  /** 24 a day, and 48 in the first three weeks. */
  public static AuditPace usual() {
    return new AuditPace(24, 48, Duration.ofDays(21));
  }

  /**
   * Rounds a day with one holder.
   *
   * @param age since the two became partners
   * @param agreed the most that the agreement allows a day
   */
  public int perDay(Duration age, int agreed) {
    return Math.min(age.compareTo(young) < 0 ? youngPerDay : perDay, agreed);
  }

  /** What the moments of an owner's audits of a holder depend on. */
  public static long pair(OwnerId owner, OwnerId holder) {
    return mixed(first(owner) ^ mixed(first(holder)));
  }

  private static long first(OwnerId id) {
    return ByteBuffer.wrap(id.toBytes()).getLong();
  }

  /**
   * Whether a round is due. What was missed while nobody was there is not made up for: one round is
   * due, however long that took.
   *
   * @param pair as {@link #pair} makes it
   * @param perDay rounds a day; none are due at 0
   * @param last when the last round was begun
   */
  public static boolean due(long pair, int perDay, Optional<Instant> last, Instant now) {
    if (perDay <= 0) {
      return false;
    }
    if (last.isEmpty() || last.get().isAfter(now.plus(DAY))) {
      return true; // a last round in the far future is the work of a clock that was wrong
    }
    return last.get().isBefore(latestMoment(pair, perDay, now));
  }

  /** The newest moment that has come. */
  static Instant latestMoment(long pair, int perDay, Instant now) {
    long slot = Math.floorDiv(now.toEpochMilli(), slotMillis(perDay));
    Instant moment = moment(pair, perDay, slot);
    return moment.isAfter(now) ? moment(pair, perDay, slot - 1) : moment;
  }

  private static Instant moment(long pair, int perDay, long slot) {
    long length = slotMillis(perDay);
    return Instant.ofEpochMilli(slot * length + Math.floorMod(mixed(pair + slot), length));
  }

  private static long slotMillis(int perDay) {
    return Math.max(1, DAY.toMillis() / perDay);
  }

  /** Spreads the bits of a number (the finisher of MurmurHash3, public domain). */
  private static long mixed(long value) {
    long bits = value + 0x9e3779b97f4a7c15L;
    bits = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
    bits = (bits ^ (bits >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return bits ^ (bits >>> 33);
  }
}
