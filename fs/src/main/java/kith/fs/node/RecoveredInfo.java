package kith.fs.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What came of becoming a drive's node again.
 *
 * @param owner whose drive it is
 * @param epoch of this machine
 * @param machine its code, whole
 * @param head when the newest head was made that was found
 * @param headEpoch of the machine that made it
 * @param needed how many partners are needed to read everything
 * @param partners of the drive
 */
public record RecoveredInfo(
    String owner,
    long epoch,
    String machine,
    Instant head,
    long headEpoch,
    int snapshots,
    int needed,
    List<PartnerTold> partners) {
  /**
   * What a partner said.
   *
   * @param answered whether it told what was agreed
   * @param left until this machine may drop what lies there; null if it has not heard of it
   */
  public record PartnerTold(String id, String name, boolean answered, Duration left) {}

  public RecoveredInfo {
    partners = List.copyOf(partners);
  }

  /** How many told what was agreed. */
  public long answered() {
    return partners.stream().filter(PartnerTold::answered).count();
  }
}
