package kith.fs.node;

import java.time.Instant;
import java.util.List;
import kith.fs.DrillTotals;

/**
 * All that {@code kith status} says, at one moment.
 *
 * @param version of Kith
 * @param role node, or view for the read-only mount of {@code kith recover}
 * @param process its process id
 * @param owner the owner id in its printed form
 * @param home the node's folder
 * @param mountPoint where the drive is mounted, or null
 * @param started when the process began to serve
 * @param files files of the live tree by state, or null for a view, which does not ask for them
 * @param damagedFiles files of the live tree with ranges that can't be read any more; see the log
 * @param redundancy code and what it means
 * @param space where the room is
 * @param partners everyone with whom there is an agreement
 * @param snapshots number of snapshots
 * @param latestSnapshot the newest, or null
 * @param proof what audits have shown
 * @param credentialExpires when this node's credential ends, or null for a view
 * @param limits what it may take, and whether it is paused
 * @param capacity what may be kept for others, or null for a view
 * @param search whom it looks for by itself, or null for a view
 * @param moving how far packs are from where they should be, or null for a view
 * @param network how it is reached, or null for a view
 * @param kit the kit that was printed last, or null for a view
 * @param rekey who knows of the last rekey, or null if there was none
 * @param drills what restoring files from the partners alone has shown, or null if none was
 * @param warnings sentences that say what is wrong and what to do; empty when all is well
 */
public record NodeStatus(
    String version,
    Role role,
    long process,
    String owner,
    String home,
    String mountPoint,
    Instant started,
    StateCounts files,
    long damagedFiles,
    Redundancy redundancy,
    SpaceStatus space,
    List<PartnerInfo> partners,
    long snapshots,
    SnapshotInfo latestSnapshot,
    Proof proof,
    Instant credentialExpires,
    LimitsInfo limits,
    CapacityInfo capacity,
    SearchInfo search,
    MovingInfo moving,
    NetworkInfo network,
    KitInfo kit,
    RekeyInfo rekey,
    DrillTotals drills,
    List<String> warnings) {
  /** What kind of process answers. */
  public enum Role {
    NODE,
    VIEW;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public NodeStatus {
    partners = List.copyOf(partners);
    warnings = List.copyOf(warnings);
  }
}
