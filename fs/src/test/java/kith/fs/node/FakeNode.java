package kith.fs.node;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.NotEnoughShardsException;
import kith.fs.DrillTotals;
import kith.fs.FileState;
import kith.fs.KitPartner;
import kith.peer.Farewell;
import kith.peer.OwnerRecord;

/** A node that keeps what it is told in memory and fails when told to. */
public final class FakeNode implements RunningNode {
  public static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final List<SnapshotInfo> snapshots = new CopyOnWriteArrayList<>();
  private final List<PartnerInfo> partners = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final NodeStart start;
  private volatile List<KitPartner> kitPartners = List.of();
  private volatile RuntimeException fault;
  private volatile boolean gone;
  private volatile LimitSettings limits = LimitSettings.NONE;

  public FakeNode(NodeStart start) {
    this.start = start;
  }

  /** The next calls throw it. */
  void fail(RuntimeException failure) {
    fault = failure;
  }

  boolean sawCallerGo() {
    return gone;
  }

  public void setKitPartners(List<KitPartner> partners) {
    kitPartners = List.copyOf(partners);
  }

  private static final NetworkInfo NETWORK =
      new NetworkInfo(
          List.of("203.0.113.7:5484"), "203.0.113.7:5484", "for 2 h by NAT-PMP", true, 1, 3 << 20);

  @Override
  public NodeStatus status() {
    if (fault != null) {
      throw fault;
    }
    return new NodeStatus(
        KithVersion.TEXT,
        NodeStatus.Role.NODE,
        ProcessHandle.current().pid(),
        "OWNER",
        start.home().toString(),
        start.mountPoint() == null ? null : start.mountPoint().toString(),
        NOW,
        StateCounts.of(
            Map.of(FileState.SAFE, new Amount(3, 4096), FileState.LOCAL, new Amount(1, 10))),
        0,
        redundancy(),
        new SpaceStatus(
            1 << 30, 4096, 5000, 4500, 6144, 0, 8192, 1 << 28, 4096, 1 << 29, 1 << 26, 0, ""),
        partners,
        snapshots.size(),
        snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1),
        Proof.NONE,
        NOW.plus(Duration.ofDays(366)),
        limits(),
        new CapacityInfo(
            401_142_857_142L, 5L << 30, "at 20 Mbit/s up you can keep 400 GB for others"),
        search(),
        new MovingInfo(2, 3L << 20, 1),
        NETWORK,
        new KitInfo(NOW, 2, 1, 1),
        new RekeyInfo(1, NOW, 2, 1, null),
        new DrillTotals(NOW, 4, 3, 1),
        List.of("too few partners"));
  }

  private static Redundancy redundancy() {
    return new Redundancy(
        "4+2",
        2,
        "any 2 of 7 partners may be lost",
        "survive 2 losses",
        true,
        5,
        2e-5,
        1.9e-5,
        "a guess");
  }

  private static SearchInfo search() {
    return new SearchInfo(
        true,
        true,
        5,
        3,
        2,
        0,
        6144,
        7,
        2,
        1,
        0,
        0,
        1 << 30,
        Map.of("space", 4),
        List.of(),
        "3 partners in 2 other households, 5 wanted: 3 more are looked for");
  }

  /** Goes on until the caller is gone, if it may take more than a day. */
  @Override
  public WaitResult waitSafe(Duration timeout, ProgressSink progress) throws NodeException {
    var meter = new ProgressMeter(() -> NOW);
    boolean endless = timeout.compareTo(Duration.ofDays(1)) > 0;
    for (long done = 0; endless || done < 3; done++) {
      var bytes = new Progress.Counted(done, 3);
      if (!progress.report(meter.measure("shipping", bytes, bytes))) {
        gone = true;
        throw new NodeException(ExitCode.ERROR, "nobody waits");
      }
    }
    if (timeout.toSeconds() == 1) {
      throw new NodeException(ExitCode.NOT_YET_SAFE, "not yet safe: 1 file is local");
    }
    return timeout.toSeconds() == 2
        ? new WaitResult(FileState.LOCKED, NOW.plus(Duration.ofDays(28)), new Amount(2, 20))
        : new WaitResult(FileState.SAFE, null, new Amount(2, 20));
  }

  @Override
  public SnapshotInfo snapshot(String name) throws NodeException {
    String folder = name == null ? "2026-11-21T10-00-00Z" : name;
    if (snapshots.stream().anyMatch(each -> each.name().equals(folder))) {
      throw new NodeException(ExitCode.ERROR, "snapshot '" + folder + "' exists already");
    }
    var taken = new SnapshotInfo(folder, NOW, FileState.LOCAL, new Amount(2, 20), false);
    snapshots.add(taken);
    return taken;
  }

  @Override
  public List<SnapshotInfo> snapshots() {
    return new ArrayList<>(snapshots);
  }

  @Override
  public void dropSnapshot(String name) throws NodeException {
    if (!snapshots.removeIf(each -> each.name().equals(name))) {
      throw new NodeException(ExitCode.ERROR, "there is no snapshot '" + name + "'");
    }
  }

  @Override
  public void holdSnapshot(String name, boolean held) throws NodeException {
    if (snapshots.stream().noneMatch(each -> each.name().equals(name))) {
      throw new NodeException(ExitCode.ERROR, "there is no snapshot '" + name + "'");
    }
    snapshots.replaceAll(
        each ->
            each.name().equals(name)
                ? new SnapshotInfo(name, each.time(), each.state(), each.content(), held)
                : each);
  }

  @Override
  public RestoreResult restore(RestoreRequest request, ProgressSink progress) {
    return FakeTransfers.restore(request, progress);
  }

  @Override
  public DrillResult drill(DrillRequest request, ProgressSink progress) {
    return FakeTransfers.drill(request);
  }

  @Override
  public ImportResult importFiles(ImportRequest request, ProgressSink progress) {
    return FakeTransfers.importFiles(request, progress);
  }

  @Override
  public Invitation invite(InviteTerms terms) throws NodeException {
    if (terms.spaceForThem() > 401_142_857_142L && !terms.force()) {
      throw new NodeException(ExitCode.NOT_PERMITTED, "could not be given back");
    }
    return new Invitation(
        "ABCDE-FGHJK", "47-coral-harvest-anchor", NOW.plus(terms.validFor()), "only nearby");
  }

  @Override
  public PartnerInfo accept(String code, AcceptTerms terms) throws NotEnoughShardsException {
    if (code.equals("BAD")) {
      throw new NotEnoughShardsException("nobody there");
    }
    var partner =
        new PartnerInfo(
            "0BHMJ-T5F59-RK5AD",
            terms.name(),
            List.of("127.0.0.2:5484"),
            Reachability.REACHABLE,
            NOW,
            NOW,
            1,
            terms.mostForThem(),
            0,
            terms.mostForThem(),
            0,
            null,
            null,
            AuditInfo.NONE,
            0,
            0);
    partners.add(partner);
    return partner;
  }

  @Override
  public List<InvitationInfo> invitations() {
    return List.of(new InvitationInfo("0a1b2c3d", 47, "open", NOW, 5, 6, 1, null));
  }

  @Override
  public void revokeInvitation(String which) throws NodeException {
    if (!which.equals("47")) {
      throw new NodeException(ExitCode.ERROR, "there is no invitation '" + which + "'");
    }
  }

  @Override
  public List<PartnerInfo> partners() {
    return new ArrayList<>(partners);
  }

  @Override
  public CapacityInfo capacity() {
    return status().capacity();
  }

  @Override
  public List<CandidateInfo> candidates() {
    return partners.stream()
        .map(
            partner ->
                new CandidateInfo(
                    partner.owner(),
                    partner.name(),
                    true,
                    "fair",
                    555,
                    List.of(
                        new CandidateInfo.By(
                            "network", "203.0.113.7", "good", 1000, 30, "far from all"))))
        .toList();
  }

  @Override
  public List<KnownNodeInfo> knownNodes() {
    return partners.stream()
        .map(
            partner ->
                new KnownNodeInfo(
                    partner.owner(),
                    partner.name(),
                    partner.addresses(),
                    true,
                    "0.1.0",
                    1,
                    "Linux",
                    "6.1",
                    "amd64",
                    168,
                    0,
                    0,
                    1L << 30,
                    2L << 30,
                    NOW,
                    NOW,
                    NOW))
        .toList();
  }

  @Override
  public OfferResult offer(OfferTerms terms) {
    return new OfferResult(
        new PartnerInfo(
            terms.node(),
            "Cleo",
            List.of(terms.address() == null ? "known" : terms.address().toString()),
            Reachability.REACHABLE,
            NOW,
            NOW,
            1,
            terms.leastForUs(),
            0,
            terms.spaceForThem(),
            0,
            NOW.plus(Duration.ofDays(28)),
            null,
            AuditInfo.NONE,
            0,
            0),
        "");
  }

  /** Waits for a person. */
  @Override
  public OfferResult amend(AmendTerms terms) throws NodeException {
    if (terms.partner().equals("nobody")) {
      throw new NodeException(ExitCode.ERROR, "there is no partner 'nobody'");
    }
    return new OfferResult(null, "too much for " + terms.partner());
  }

  @Override
  public PartnerInfo leave(LeaveTerms terms) throws NodeException {
    PartnerInfo now = partners.get(0);
    if (!now.name().equals(terms.partner())) {
      throw new NodeException(ExitCode.ERROR, "there is no partner '" + terms.partner() + "'");
    }
    if (terms.kind() == LeaveTerms.Kind.REMOVE && !terms.anyway()) {
      throw new NodeException(
          ExitCode.NO_SPACE_AT_PARTNERS, "2 of 3 packs find no place: or use --anyway");
    }
    Duration within = terms.within() == null ? Duration.ofDays(21) : terms.within();
    var leaving =
        terms.kind() == LeaveTerms.Kind.CANCEL
            ? null
            : new LeavingInfo(true, false, NOW.plus(within), false, false, true);
    partners.set(
        0,
        new PartnerInfo(
            now.owner(),
            now.name(),
            now.addresses(),
            now.reachability(),
            now.lastSeen(),
            now.since(),
            now.generation(),
            now.spaceForUs(),
            now.usedByUs(),
            now.spaceForThem(),
            now.usedByThem(),
            now.lockedUntil(),
            leaving,
            now.audits(),
            0,
            0));
    return partners.get(0);
  }

  /** The first is proved, all others have lost something. */
  @Override
  public List<AuditResult> audit(String which) throws NodeException {
    if ("nobody".equals(which)) {
      throw new NodeException(ExitCode.ERROR, "there is no partner 'nobody'");
    }
    var results = new java.util.ArrayList<AuditResult>();
    for (PartnerInfo partner : partners) {
      boolean first = results.isEmpty();
      results.add(
          new AuditResult(
              partner.owner(),
              partner.name(),
              first ? "proved" : "lost",
              first ? "1 block is there" : "it says that it has lost 1 shards",
              first ? 0 : 1));
    }
    return results;
  }

  /** One shard is at somebody who is gone, until it is repaired; in no time it cannot be. */
  @Override
  public RepairResult repair(Duration timeout, ProgressSink progress) throws NodeException {
    var line = new RepairResult.Line("gone", "OWNER", "Anna", "now", 1, 1, 5000, 0);
    if (timeout == null) {
      return new RepairResult(List.of(line), List.of(line));
    } else if (timeout.isZero()) {
      throw new NodeException(ExitCode.NOT_YET_SAFE, "not all is repaired");
    }
    return new RepairResult(List.of(line), List.of());
  }

  @Override
  public PruneInfo prune(boolean all, List<String> overrides) {
    var line = new PruneInfo.Line("OWNER", "Anna", all ? 5000 : 0, 0, 7000);
    return new PruneInfo(List.of(line), List.of());
  }

  @Override
  public TakeoverInfo takeover(Operation.Takeover what) {
    var other = new TakeoverInfo.Machine(2, "2-" + "ab".repeat(32), 70);
    return new TakeoverInfo(1, "1-00", 2, 0, 0, List.of(other), List.of("00ff"));
  }

  @Override
  public FarewellInfo farewell(String record) throws CorruptDataException {
    var said = Farewell.of(OwnerRecord.farewell(HexFormat.of().parseHex(record)));
    return new FarewellInfo(said.gone(), said.time(), 1, 2);
  }

  @Override
  public List<OfferInfo> offers() {
    return List.of(
        new OfferInfo(
            "0a0b0c0d",
            false,
            "OWNER",
            "Anna",
            2,
            5L << 30,
            1L << 30,
            Duration.ofDays(21),
            Duration.ofDays(28),
            NOW,
            "more than is set aside"));
  }

  @Override
  public PartnerInfo decide(String id, boolean agree, boolean force) throws NodeException {
    if (!id.equals("0a0b0c0d")) {
      throw new NodeException(ExitCode.ERROR, "no offer '" + id + "' waits here");
    }
    return agree ? partners.get(0) : null;
  }

  @Override
  public WithdrawResult withdraw(String id) throws NodeException {
    if (!id.startsWith("0a0b0c")) {
      throw new NodeException(ExitCode.ERROR, "no offer '" + id + "' waits here");
    }
    return new WithdrawResult(
        id.equals("0a0b0c0f") ? partners.get(0) : null, id.equals("0a0b0c0d"));
  }

  @Override
  public KitContents kitPartners() {
    return new KitContents(CodeParameters.of(4, 2), kitPartners, List.of());
  }

  @Override
  public LimitsInfo limits() {
    return limits.shownAt(NOW, ZoneOffset.UTC);
  }

  @Override
  public LimitsInfo limit(LimitsInfo.Change change) {
    limits = limits.with(change);
    return limits();
  }

  @Override
  public LimitsInfo pause(Duration time) {
    limits = limits.paused(NOW, time);
    return limits();
  }

  @Override
  public LimitsInfo resume() {
    limits = limits.resumed(NOW, ZoneOffset.UTC);
    return limits();
  }

  @Override
  public void unmount(ProgressSink progress) {
    progress.report(
        Progress.of("unmounting", new Progress.Counted(1, 1), new Progress.Counted(1, 1)));
  }

  @Override
  public void shutdown(Duration atMost, ProgressSink progress) throws NodeException {
    unmount(progress);
    close();
    if (atMost.toSeconds() == 1) {
      throw new NodeException(ExitCode.NOT_YET_SAFE, "not yet safe: 1 file is local");
    }
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() {
    end.countDown();
  }
}
