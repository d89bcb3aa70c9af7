package kith.peer;

import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.choice.Schedule;

/**
 * What one of two partners brings into an agreement.
 *
 * @param owner who
 * @param name what he calls himself, at most {@link #MAX_NAME} characters
 * @param space what he keeps for the other, in bytes of sealed shards
 * @param schedule when he is on-line: 168 bits, hour h of the week (from Monday 00:00 UTC) is bit h
 *     % 8 of byte h / 8
 * @param leastBandwidth that he promises at any time, in bytes per second
 * @param meanBandwidth that he promises on average, in bytes per second
 */
public record AgreementSide(
    OwnerId owner,
    String name,
    long space,
    byte[] schedule,
    long leastBandwidth,
    long meanBandwidth) {
  public static final int MAX_NAME = 64;
  static final int SCHEDULE_BYTES = Schedule.BYTES;

  /** No agreement is about more bytes than this: 2^50. */
  public static final long MAX_SPACE = 1L << 50;

  /** A side that is always on-line and promises no bandwidth. */
  public static AgreementSide always(OwnerId owner, String name, long space) {
    return Presence.always().side(owner, name, space);
  }

  /** The same with other space. */
  AgreementSide withSpace(long bytes) {
    return new AgreementSide(owner, name, bytes, schedule, leastBandwidth, meanBandwidth);
  }

  /** The name as it may be shown: what steers a terminal is replaced. */
  public String label() {
    return PlainText.of(name);
  }

  /** The same by another name. */
  AgreementSide named(String called) {
    return new AgreementSide(owner, called, space, schedule, leastBandwidth, meanBandwidth);
  }

  /** Hours of the week in which both are on-line, 0 to 168. */
  public int commonHours(AgreementSide other) {
    int hours = 0;
    for (int at = 0; at < SCHEDULE_BYTES; at++) {
      hours += Integer.bitCount(schedule[at] & other.schedule[at] & 0xff);
    }
    return hours;
  }

  void write(FieldWriter out) {
    out.bytes("owner", owner)
        .text("name", name)
        .number("space", space)
        .bytes("schedule", schedule)
        .number("least", leastBandwidth)
        .number("mean", meanBandwidth);
  }

  static AgreementSide read(Fields fields) throws CorruptDataException {
    return new AgreementSide(
        fields.owner("owner"),
        fields.text("name", MAX_NAME),
        fields.number("space", 0, MAX_SPACE),
        fields.exactly("schedule", SCHEDULE_BYTES),
        fields.count("least"),
        fields.count("mean"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AgreementSide that
        && owner.equals(that.owner)
        && name.equals(that.name)
        && space == that.space
        && java.util.Arrays.equals(schedule, that.schedule)
        && leastBandwidth == that.leastBandwidth
        && meanBandwidth == that.meanBandwidth;
  }

  @Override
  public int hashCode() {
    return owner.hashCode();
  }
}
