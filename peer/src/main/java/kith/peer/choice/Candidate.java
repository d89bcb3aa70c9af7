package kith.peer.choice;

import java.time.Duration;
import java.util.Set;
import kith.codec.OwnerId;

/**
 * What is known of a node that could be a partner, or is one. What it says of itself may be false.
 *
 * @param networks where its addresses are
 * @param hours when it is on-line
 * @param speed what its connection does
 * @param space what it gives and wants
 * @param age since it is known to exist
 * @param protocol the version that it speaks at most
 */
public record Candidate(
    OwnerId owner,
    Set<NetworkPrefix> networks,
    MachineKind machine,
    Hours hours,
    Speed speed,
    Space space,
    TrackRecord record,
    Duration age,
    int protocol) {
  public Candidate {
    networks = Set.copyOf(networks);
  }

  /**
   * When it is on-line.
   *
   * @param stated as it says
   * @param known hours of the week of which this node knows more
   * @param keptPerMille how much of the stated hours it was there, of those that are known
   */
  public record Hours(Schedule stated, int known, int keptPerMille) {
    /** As was observed. */
    public static Hours of(Schedule stated, Availability observed) {
      var kept = observed.kept(stated);
      return kept.isEmpty()
          ? new Hours(stated, 0, 1000)
          : new Hours(stated, observed.hoursKnown(), (int) Math.round(1000 * kept.getAsDouble()));
    }
  }

  /**
   * What its connection does, in bytes per second; 0 for not known.
   *
   * @param least at any time
   * @param mean on average
   * @param measured by this node, not only said
   */
  public record Speed(long least, long mean, boolean measured) {
    /** Nothing known. */
    public static final Speed UNKNOWN = new Speed(0, 0, false);
  }

  /**
   * Space in bytes.
   *
   * @param offered what it would keep for us
   * @param wanted what it wants kept in return
   */
  public record Space(long offered, long wanted) {}
}
