package kith.fs.simulate;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** What is counted of a run: by population, and of honest drives. For one thread. */
final class Tally {
  private static final long MONTH = 30 * World.DAY;

  /** What is counted of each population. */
  enum Of {
    /** Days of nodes. */
    DAYS,
    /** Agreements that it has made. */
    AGREED,
    /** Byte-days of space that it sets aside for partners, used or not, and means to. */
    LENT,
    /** Byte-days of space at honest partners out of which it could restore. */
    USABLE,
    /** Byte-days that its nodes really keep for others. */
    KEPT,
    /** Byte-days that others really keep for it. */
    TAKEN,
    /** Of these, those that could be restored: past the commitment, and not an estate. */
    SERVED,
    /** Of these, those by agreements with the commitment waived. */
    SERVED_WAIVED,
    /** Byte-days kept under agreements with the commitment waived. */
    KEPT_WAIVED,
    /** Byte-days of estates that could be restored. */
    ESTATE,
    /** Bytes sent to holders. */
    SENT,
    /** Bytes that came from owners. */
    RECEIVED,
    /** Bytes read back by repair and restore. */
    READ,
    /** Bytes of audits, of both directions, counted at the owner. */
    AUDITS,
    /** Agreements that honest owners have ended for its conduct. */
    ENDED,
    /** Of these, those in which it had cheated. */
    CAUGHT,
    /** Days until that, in sum. */
    CAUGHT_DAYS,
    /** Agreements in which it cheats, or has cheated. */
    CHEATS,
    /** Lost groups of honest drives of which it had a shard that was not there. */
    HARM,
    /** Reads that it refused. */
    REFUSED
  }

  /** What is counted of honest drives. */
  enum Count {
    PLACED_BYTES,
    RECODED_BYTES,
    REPAIR_SENT,
    REPAIR_READ,
    REPAIR_EARLY,
    ORACLE_SENT,
    ORACLE_READ,
    FALSE_ALARMS,
    REPLACED,
    RESTORES,
    RESTORES_LATE,
    RESTORE_BYTES,
    UNSAFE_BURNT,
    LOST_ABSENT,
    SEARCHES,
    OFFERS,
    AGREED,
    DECLINED
  }

  private final Map<Of, Map<Kind, Sum>> of = new EnumMap<>(Of.class);
  private final Map<Count, Sum> counts = new EnumMap<>(Count.class);
  private final Map<Kind, Sum> slowest = new EnumMap<>(Kind.class);
  private final Map<Integer, Long> lastAtPartners = new HashMap<>();
  private final Map<Integer, Long> lastLoss = new HashMap<>();
  private final Losses atPartners = new Losses();
  private final Losses data = new Losses();
  private final Losses sets = new Losses();
  private long atRestore;

  /** A number that grows. */
  private static final class Sum {
    private double value;
  }

  Tally() {
    for (Of each : Of.values()) {
      of.put(each, sums());
    }
    for (Count each : Count.values()) {
      counts.put(each, new Sum());
    }
    slowest.putAll(sums());
  }

  private static Map<Kind, Sum> sums() {
    var sums = new EnumMap<Kind, Sum>(Kind.class);
    for (Kind each : Kind.values()) {
      sums.put(each, new Sum());
    }
    return sums;
  }

  /** Losses of drives, each with its weight. */
  static final class Losses {
    private long count;
    private double weights;
    private double squares;
    private long groups;

    private void add(double weight, boolean another) {
      groups++;
      if (another) {
        count++;
        weights += weight;
        squares += weight * weight;
      }
    }

    long count() {
      return count;
    }

    double weights() {
      return weights;
    }

    double squares() {
      return squares;
    }

    long groups() {
      return groups;
    }
  }

  void add(Of what, Kind kind, double amount) {
    of.get(what).get(kind).value += amount;
  }

  void add(Of what, Kind kind, long amount) {
    add(what, kind, (double) amount);
  }

  double get(Of what, Kind kind) {
    return of.get(what).get(kind).value;
  }

  void add(Count what, double amount) {
    counts.get(what).value += amount;
  }

  void add(Count what, long amount) {
    add(what, (double) amount);
  }

  double get(Count what) {
    return counts.get(what).value;
  }

  /** What one who knows who is gone for good would have sent, and read for that. */
  void oracle(long sent, long read) {
    add(Count.ORACLE_SENT, sent);
    add(Count.ORACLE_READ, read);
  }

  /** A group of an honest drive cannot be had from its holders any more. */
  void partnersLost(int owner, long now, double weight) {
    atPartners.add(weight, isAnother(lastAtPartners, owner, now));
  }

  /** A group of an honest drive is nowhere any more. */
  void dataLost(int owner, long now, double weight, boolean whileRestoring) {
    data.add(weight, isAnother(lastLoss, owner, now));
    atRestore += whileRestoring ? 1 : 0;
  }

  /** More of an honest drive's partners are lost at once than its code survives. */
  void setLost(double weight) {
    sets.add(weight, true);
  }

  /** What happens within a month is one loss of the drive. */
  private static boolean isAnother(Map<Integer, Long> last, int owner, long now) {
    Long before = last.put(owner, now);
    return before == null || now - before > MONTH;
  }

  void harm(Kind kind) {
    add(Of.HARM, kind, 1);
  }

  void caught(Kind kind, double days) {
    add(Of.CAUGHT, kind, 1);
    add(Of.CAUGHT_DAYS, kind, days);
    Sum most = slowest.get(kind);
    most.value = Math.max(most.value, days);
  }

  double slowest(Kind kind) {
    return slowest.get(kind).value;
  }

  Losses atPartners() {
    return atPartners;
  }

  Losses data() {
    return data;
  }

  Losses sets() {
    return sets;
  }

  /** Groups that were lost because too few holders gave back. */
  long atRestore() {
    return atRestore;
  }
}
