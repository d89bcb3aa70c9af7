package kith.fs.node;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.CacheUse;
import kith.fs.DrillTotals;
import kith.fs.DriveSafety;
import kith.fs.FileState;
import kith.fs.FileSystem;
import kith.fs.MoveProgress;
import kith.fs.SafetyTotals;
import kith.fs.SnapshotEntry;
import kith.peer.NodeAddress;
import kith.peer.Partner;
import kith.peer.choice.Capacity;

/** What {@code kith status} and the lists say of a node. Asks no partner. */
final class NodeReport {
  /** A reply on the control channel has 4 MiB. */
  private static final int MOST_KNOWN = 1000;

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
    DriveSafety safety = from.engine().safety();
    List<SnapshotInfo> snapshots = snapshots(safety);
    SpaceStatus space = space(safety);
    KitInfo kit = kit();
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
        from.audits().proof(holders()),
        start.secrets().identity().expires(),
        from.limits().now(),
        capacity(),
        from.seeking().info(),
        moving(),
        network(),
        kit,
        from.succession().rekey().info().orElse(null),
        from.engine().drilled().orElse(null),
        warnings(safety, space, kit));
  }

  private KitInfo kit() throws IOException {
    Set<OwnerId> partners =
        from.book().staying().stream().map(Partner::id).collect(Collectors.toSet());
    return KitMark.read(start.home())
        .map(mark -> mark.info(partners))
        .orElse(KitInfo.none(partners.size()));
  }

  private List<Partner> holders() {
    return from.book().all().stream()
        .filter(partner -> from.partners().used(partner.id()) > 0)
        .toList();
  }

  private MovingInfo moving() throws IOException {
    MoveProgress progress = from.engine().moving().progress();
    return new MovingInfo(progress.packs(), progress.bytes(), progress.stuck());
  }

  private NetworkInfo network() {
    NodeWhereabouts where = from.whereabouts();
    return new NetworkInfo(
        where.get().stream().map(NodeAddress::toString).toList(),
        where.mapped().map(NodeAddress::toString).orElse(null),
        from.mapping(),
        from.links().isReached(),
        from.relays().circuits(),
        from.relays().carried());
  }

  private Redundancy redundancy() throws IOException {
    return new RedundancyReport(from.outlook())
        .of(from.outlook().holders().size(), from.engine().code(), start.config().code() != null);
  }

  /** What may be kept for others. */
  CapacityInfo capacity() throws IOException {
    Capacity capacity = from.capacity();
    var bytes = capacity.bytes();
    return new CapacityInfo(
        bytes.isPresent() ? Long.valueOf(bytes.getAsLong()) : null,
        from.outlook().promises().bytes(),
        capacity.words());
  }

  private SpaceStatus space(DriveSafety safety) throws IOException {
    SafetyTotals packs = safety.packs();
    long packed = 0;
    long unique = 0;
    for (SafetyTotals.Sum sum :
        List.of(packs.local(), packs.degraded(), packs.locked(), packs.safe(), packs.full())) {
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

  private List<String> warnings(DriveSafety safety, SpaceStatus space, KitInfo kit)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    if (kit.warning() != null) {
      warnings.add(kit.warning());
    }
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
    warnings.addAll(TakeoverWarnings.of(from));
    warnings.addAll(rekeyed());
    if (from.lostChanges() > 0) {
      warnings.add(
          "the index's log was damaged when the node started: "
              + from.lostChanges()
              + " changes before its end are lost, and files are as they were before them. Compare"
              + " with what was copied in (rsync does)");
    }
    damage(safety, warnings);
    from.engine().drilled().ifPresent(drills -> drilled(drills, warnings));
    keeping(warnings);
    warnings.addAll(voidInvitations());
    warnings.addAll(new MovingWarnings(from).all(moving()));
    warnings.addAll(new ConductWarnings(from).all());
    warnings.addAll(new ReadingWarnings(from).all());
    warnings.addAll(unreachable());
    return warnings;
  }

  /** A rekey holds for the node from its next start on. */
  private List<String> rekeyed() throws IOException {
    try {
      int home = new IdentityFiles(start.home()).drive().lineage().generation();
      return home > start.secrets().identity().credential().lineage().generation()
          ? List.of(
              "the drive was rekeyed, and this node still goes by the former key: no partner knows"
                  + " of the new kit until it starts anew ('kith umount', 'kith mount')")
          : List.of();
    } catch (KithException | NodeException e) {
      return List.of(); // the next start tells it
    }
  }

  /** About what the drive has lost. */
  private static void damage(DriveSafety safety, List<String> warnings) {
    if (safety.tree().damagedFiles() > 0) {
      warnings.add(
          safety.tree().damagedFiles()
              + " files have damaged ranges that are nowhere else: 'file-damaged' in the log names"
              + " them; write them again, or take them from a snapshot");
    }
    if (safety.packs().lost().packs() > 0) {
      warnings.add(safety.packs().lost().packs() + " packs cannot be had any more");
    }
  }

  private static void drilled(DrillTotals drills, List<String> warnings) {
    if (drills.failed() > 0) {
      warnings.add(
          drills.failed()
              + " files did not come back from the partners as they were written, when that was"
              + " tried: 'drill-failed' in the log names them. They are tried again every day");
    }
  }

  /** About what is kept for partners. */
  private void keeping(List<String> warnings) {
    if (from.audits().keeping().health().isSick()) {
      warnings.add(
          "the disk with partners' pieces fails: they are told that this node is sick, and are"
              + " served again once it works");
    }
    if (from.audits().keeping().damaged().count() > 0) {
      warnings.add(
          from.audits().keeping().damaged().count()
              + " pieces of partners are damaged on this disk; their owners are told, and put them"
              + " again");
    }
  }

  /** Who has been reached by somebody could be reached by these, too, if they were there. */
  private List<String> unreachable() {
    String names =
        from.book().all().stream()
            .filter(p -> from.partners().reachability(p.id()) == Reachability.UNREACHABLE)
            .map(Partner::name)
            .collect(Collectors.joining(", "));
    if (names.isEmpty()) {
      return List.of();
    } else if (from.links().isReached()) {
      return List.of(names + " did not answer the last time");
    }
    return List.of(
        "no link with "
            + names
            + ", neither directly nor through another node: unless they are just off, one of you"
            + " must be reachable. Let the router forward TCP port "
            + start.config().listen().port()
            + " to this machine ('network.map' asks it to), or have a partner or broker in common"
            + " that relays");
  }

  private List<String> voidInvitations() throws IOException {
    try {
      return from.invitations().all().stream()
          .map(InvitationInfo::of)
          .filter(InvitationInfo::isVoid)
          .map(
              invitation ->
                  "wrong words were tried "
                      + invitation.wrong()
                      + " times for invitation "
                      + invitation.number()
                      + ": it is void. Invite anew, and withdraw it (kith partner invitations)")
          .toList();
    } catch (KithException e) {
      return List.of("invitations cannot be read: " + e.getMessage());
    }
  }

  /** All snapshots, oldest first. */
  List<SnapshotInfo> snapshots() throws IOException {
    return snapshots(from.engine().safety(0));
  }

  private List<SnapshotInfo> snapshots(DriveSafety safety) throws IOException {
    FileState there = safety.packs().placed();
    List<SnapshotInfo> found = new ArrayList<>();
    for (SnapshotEntry entry : from.engine().snapshots().entries()) {
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

  /** Nodes that this one has heard of, partners first, as many as a reply has room for. */
  List<KnownNodeInfo> knownNodes() {
    return from.known().all().stream()
        .map(node -> KnownNodeInfo.of(node, from.book().find(node.owner()).isPresent()))
        .sorted(Comparator.comparing(KnownNodeInfo::partner).reversed())
        .limit(MOST_KNOWN)
        .toList();
  }

  private Reachability reachability(OwnerId id) {
    Reachability seen = from.partners().reachability(id);
    boolean relayed = seen == Reachability.REACHABLE && from.links().relay(id).isPresent();
    return relayed ? Reachability.RELAYED : seen;
  }

  PartnerInfo partner(Partner partner) throws IOException {
    OwnerId id = partner.id();
    return new PartnerInfo(
        id.toString(),
        partner.name(),
        partner.addresses().stream().map(NodeAddress::toString).toList(),
        reachability(id),
        from.partners().lastSeen(id),
        partner.agreement().since(),
        partner.agreement().generation(),
        partner.spaceThere(),
        from.partners().used(id),
        partner.spaceHere(),
        from.holdings().usedBytes(id),
        from.partners().lockedUntil(partner).orElse(null),
        NodeLeaving.info(partner, from.book().self(), from.now()),
        from.audits().info(id),
        from.partners().trash(id),
        from.holdings().trashBytes(id));
  }
}
