package kith.peer;

import java.util.Arrays;
import kith.codec.OwnerId;
import kith.peer.choice.Schedule;

/**
 * When a node is there and how fast, as its owner states it in agreements. Immutable.
 *
 * @param schedule 168 bits, hour h of the week (from Monday 00:00 UTC) is bit h % 8 of byte h / 8
 * @param leastBandwidth promised to each partner at any time, in bytes per second; 0: nothing is
 * @param meanBandwidth promised to each partner on average, in bytes per second; 0: nothing is
 */
public record Presence(byte[] schedule, long leastBandwidth, long meanBandwidth) {
  public Presence {
    if (schedule.length != AgreementSide.SCHEDULE_BYTES) {
      throw new IllegalArgumentException("a schedule of " + schedule.length + " bytes");
    }
    if (leastBandwidth < 0 || meanBandwidth < 0) {
      throw new IllegalArgumentException("a bandwidth under 0");
    }
    if (meanBandwidth > 0 && leastBandwidth > meanBandwidth) {
      throw new IllegalArgumentException("more bandwidth at any time than on average");
    }
  }

  /** Always on-line, with no bandwidth promised. */
  public static Presence always() {
    return new Presence(Schedule.ALWAYS.toBytes(), 0, 0);
  }

  /** A side of an agreement with this presence. */
  public AgreementSide side(OwnerId owner, String name, long space) {
    return new AgreementSide(owner, name, space, schedule, leastBandwidth, meanBandwidth);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Presence that
        && Arrays.equals(schedule, that.schedule)
        && leastBandwidth == that.leastBandwidth
        && meanBandwidth == that.meanBandwidth;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(schedule);
  }
}
