package kith.fs.node;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.fs.CacheUse;
import kith.fs.DriveEngine;
import kith.fs.FileState;
import kith.fs.FileSystem;
import kith.fs.SafetyTotals;
import kith.fs.SnapshotEntry;
import kith.peer.NodeAddress;
import kith.peer.Partner;

/** What {@code kith status} and the lists say of a node. Asks no partner. */
final class NodeReport {
  private final NodeStart start;
  private final NodeCore from;
  private final Instant started;

  NodeReport(NodeStart start, NodeCore from, Instant started) {
    this.start = start;
    this.from = from;
    this.started = started;
  }

  /**
   * @param mountPoint where the drive is mounted, or null
   */
  NodeStatus status(String mountPoint) throws IOException {
    DriveEngine.Safety safety = from.engine().safety();
    List<SnapshotInfo> snapshots = snapshots(safety);
    SpaceStatus space = space(safety);
    return new NodeStatus(
        KithVersion.TEXT,
        NodeStatus.Role.NODE,
        ProcessHandle.current().pid(),
        from.book().self().toString(),
        start.home().toString(),
        mountPoint,
        started,
        SafeWait.counts(safety),
        safety.tree().damagedFiles(),
        redundancy(),
        space,
        partners(),
        snapshots.size(),
        snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1),
        Proof.NONE,
        start.secrets().identity().expires(),
        from.limits().now(),
        warnings(safety, space));
  }

  private Redundancy redundancy() {
    int count = from.book().all().size();
    Optional<CodeParameters> code = from.engine().code();
    if (code.isEmpty()) {
      return new Redundancy(
          "",
          0,
          count == 0
              ? "no partners: nothing is kept but on this machine"
              : count + " partners are fewer than the fixed code needs: nothing is shipped");
    }
    int m = code.get().m();
    int k = code.get().k();
    String meaning =
        k == 0
            ? "one partner has everything: if that one is lost with this machine, so is the drive"
            : "each pack is spread over "
                + code.get().n()
                + " of "
                + count
                + " partners, any "
                + m
                + " of which bring it back: "
                + k
                + " may be lost";
    return new Redundancy(code.get().toString(), k, meaning);
  }

  private SpaceStatus space(DriveEngine.Safety safety) throws IOException {
    SafetyTotals packs = safety.packs();
    long packed = 0;
    long unique = 0;
    for (SafetyTotals.Sum sum :
        List.of(packs.local(), packs.degraded(), packs.safe(), packs.full())) {
      packed += sum.packBytes();
      unique += sum.rawBytes();
    }
    FileSystem.Space space = from.engine().fileSystem().space();
    long atPartners = 0;
    for (Partner partner : from.book().all()) {
      atPartners += from.partners().used(partner.id());
    }
    long held = 0;
    for (OwnerId owner : from.holdings().owners()) {
      held += from.holdings().usedBytes(owner);
    }
    CacheUse cache = from.engine().cacheUse();
    return new SpaceStatus(
        space.totalBytes(),
        space.totalBytes() - space.freeBytes(),
        unique,
        packed,
        atPartners,
        held,
        cache.used(),
        cache.budget(),
        cache.evictable(),
        cache.diskFree(),
        cache.reserve(),
        cache.waiting(),
        cache.shortage());
  }

  private List<String> warnings(DriveEngine.Safety safety, SpaceStatus space) {
    List<String> warnings = new ArrayList<>();
    if (!space.shortage().isEmpty()) {
      warnings.add(
          "writing is held back, then refused: "
              + space.shortage()
              + "; "
              + ByteSize.show(space.evictable())
              + " of it can leave for the partners. Delete something, let partners catch up, or"
              + " give 'cache' more");
    }
    if (!from.check().refusal().isEmpty()) {
      warnings.add(from.check().refusal());
    }
    if (from.lostChanges() > 0) {
      warnings.add(
          "the index's log was damaged when the node started: "
              + from.lostChanges()
              + " changes before its end are lost, and files are as they were before them. Compare"
              + " with what was copied in (rsync does)");
    }
    if (safety.tree().damagedFiles() > 0) {
      warnings.add(
          safety.tree().damagedFiles()
              + " files have damaged ranges that are nowhere else: 'file-damaged' in the log names"
              + " them; write them again, or take them from a snapshot");
    }
    if (safety.packs().lost().packs() > 0) {
      warnings.add(safety.packs().lost().packs() + " packs cannot be had any more");
    }
    long silent =
        from.book().all().stream()
            .filter(p -> from.partners().reachability(p.id()) == Reachability.UNREACHABLE)
            .count();
    if (silent > 0) {
      warnings.add(silent + " partners did not answer the last time");
    }
    return warnings;
  }

  /** All snapshots, oldest first. */
  List<SnapshotInfo> snapshots() throws IOException {
    return snapshots(from.engine().safety());
  }

  private List<SnapshotInfo> snapshots(DriveEngine.Safety safety) throws IOException {
    FileState there = safety.packs().placed();
    List<SnapshotInfo> found = new ArrayList<>();
    for (SnapshotEntry entry : from.engine().snapshots()) {
      boolean published = entry.number() <= safety.lastSnapshot();
      FileState state =
          entry.root().isEmpty() ? FileState.LOCAL : published ? there : FileState.SHIPPING;
      found.add(
          new SnapshotInfo(
              SnapshotName.show(entry.name()),
              entry.time(),
              state,
              new Amount(entry.files(), entry.bytes()),
              entry.held()));
    }
    return found;
  }

  /** Everyone with whom there is an agreement. */
  List<PartnerInfo> partners() throws IOException {
    List<PartnerInfo> found = new ArrayList<>();
    for (Partner partner : from.book().all()) {
      found.add(partner(partner));
    }
    return found;
  }

  PartnerInfo partner(Partner partner) throws IOException {
    OwnerId id = partner.id();
    return new PartnerInfo(
        id.toString(),
        partner.name(),
        partner.addresses().stream().map(NodeAddress::toString).toList(),
        from.partners().reachability(id),
        from.partners().lastSeen(id),
        partner.agreement().since(),
        partner.agreement().generation(),
        partner.spaceThere(),
        from.partners().used(id),
        partner.spaceHere(),
        from.holdings().usedBytes(id),
        from.partners().lockedUntil(partner).orElse(null));
  }
}
