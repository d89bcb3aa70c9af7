package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.fs.DriveEngine;
import kith.fs.FileName;
import kith.fs.KitPartner;
import kith.fs.fuse.FuseMount;
import kith.fs.fuse.MountOptions;
import kith.peer.Acceptance;
import kith.peer.AgreementTerms;
import kith.peer.InvitationTerms;
import kith.peer.Inviting;
import kith.peer.NodeAddress;
import kith.peer.Partner;

/**
 * A node, wired by hand: its home, what it holds for partners, its own drive, the network, the
 * mount and the duties between them. Everything that it opens it closes, in reverse. Safe for many
 * threads.
 */
final class Node implements RunningNode {
  private static final DateTimeFormatter SNAPSHOT_NAME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);

  private final NodeStart start;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Closing closing = new Closing();
  private final NodeCore core;
  private final DriveEngine engine;
  private final NodeReport report;
  private final NodeNegotiation negotiation;
  private final NodeDrill drill;
  private final Duties duties;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean unmounting;
  private FuseMount mount;

  /** Starts everything, or leaves nothing behind. */
  Node(NodeStart start, NodeWorld world) throws IOException, KithException, NodeException {
    this.start = start;
    this.clock = world.clock();
    this.random = world.random();
    try {
      core = closing.add(new NodeCore(start, world));
      engine = core.engine();
      report = new NodeReport(start, core, clock.instant());
      negotiation = new NodeNegotiation(core, report);
      drill = closing.add(new NodeDrill(core));
      duties = closing.add(new Duties(world.pace()));
      startDuties(world);
      // Durable before anything that may take its time is waited for.
      closing.add(engine::sync);
      mount();
    } catch (IOException | KithException | NodeException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private void startDuties(NodeWorld world) {
    HeadCheck check = core.check();
    NodeLimits limits = core.limits();
    NodeAudits audits = core.audits();
    duties.start("limits", Duration.ofSeconds(1), limits::tick);
    duties.start("pace", Duration.ofMillis(200), world.pace()::tick);
    duties.start("ingest", Duration.ofMillis(500), unlessPaused(engine::ingestTick));
    duties.start("snapshots", Duration.ofMillis(500), unlessPaused(engine::snapshotTick));
    duties.start("heal", Duration.ofSeconds(2), unlessPaused(engine::healTick));
    duties.start("sweep", Duration.ofSeconds(1), engine::sweepTick);
    duties.start("evict", Duration.ofSeconds(1), () -> check.passed() ? engine.evictTick() : 0);
    duties.start("reclaim", Duration.ofSeconds(5), unlessPaused(engine::reclaimTick));
    duties.start("greet", Duration.ofSeconds(20), this::greet);
    duties.start("find", Duration.ofSeconds(5), core::find);
    duties.start("seek", Duration.ofSeconds(30), () -> mayOffer(check) ? core.seeking().tick() : 0);
    duties.start("conduct", Duration.ofMinutes(1), core.conduct().talk()::tick);
    duties.start("probe", Duration.ofMinutes(1), unlessPaused(core.probing()::tick));
    duties.start("negotiate", Duration.ofSeconds(20), core.negotiator()::tick);
    duties.start("ship", Duration.ofMillis(200), () -> goes(check) ? engine.shipTick() : 0);
    duties.start("move", Duration.ofSeconds(1), () -> moves(check) ? engine.moving().tick() : 0);
    duties.start("trash", Duration.ofMinutes(10), () -> core.holdings().emptyTrash(clock.millis()));
    duties.start("drop", Duration.ofMinutes(1), () -> goes(check) ? core.dropping().tick() : 0);
    duties.start("farewell", Duration.ofMinutes(1), core.dropping().farewell()::tick);
    duties.start("leave", Duration.ofSeconds(5), core.leaving()::tick);
    duties.start("estates", Duration.ofMinutes(1), () -> core.reading().tick(core.leaving()));
    duties.start("watch", Duration.ofMinutes(1), core.partners().watch()::tick);
    duties.start("audit", Duration.ofSeconds(30), () -> mayAudit(check) ? audits.tick() : 0);
    duties.start("scrub", Duration.ofMinutes(1), audits.keeping().scrub()::tick);
    duties.start("disk", Duration.ofSeconds(20), audits.keeping().health()::tick);
    duties.start("map", Duration.ofSeconds(10), core::map);
    duties.start("relay", Duration.ofSeconds(5), core.posts()::tick);
    duties.start("letters", Duration.ofSeconds(2), core.inviting()::tick);
    duties.start(
        "drill", Duration.ofMinutes(5), unlessPaused(() -> check.passed() ? drill.tick() : 0));
    PublishDuty publish = new PublishDuty(engine, clock, limits::isPaused);
    duties.start("publish", Duration.ofSeconds(2), () -> goes(check) ? publish.tick() : 0);
    startSuccession(core.succession());
  }

  private void startSuccession(NodeSuccession succession) {
    duties.start("recover", Duration.ofSeconds(2), succession.recovery()::tick);
    duties.start("returned", Duration.ofSeconds(20), succession.recovery()::ask);
    duties.start("takeover", Duration.ofSeconds(20), succession.takeover()::tick);
    duties.start("rekey", Duration.ofSeconds(5), succession.rekey()::tick);
    duties.start("losses", Duration.ofSeconds(20), succession.losses()::tick);
  }

  private boolean goes(HeadCheck check) throws IOException {
    return !core.limits().isPaused() && check.passed();
  }

  /** Where all is known of who has what. */
  private boolean moves(HeadCheck check) throws IOException {
    return goes(check) && core.succession().recovery().isTreeHere();
  }

  /** What a recovered machine would ask before its index is back, it could not compare. */
  private boolean mayAudit(HeadCheck check) {
    return check.passed() && core.succession().recovery().isTreeHere();
  }

  private boolean mayOffer(HeadCheck check) {
    return !core.limits().isPaused() && check.refusal().isEmpty();
  }

  /** What makes room where writers may have to wait for it goes on while the node is paused. */
  private Duties.Duty unlessPaused(Duties.Duty duty) {
    return () -> core.limits().isPaused() && !engine.isTight() ? 0 : duty.tick();
  }

  /** However many answer, there is nothing more to do until the next time. */
  private int greet() throws IOException {
    core.greet();
    return 0;
  }

  private void mount() throws IOException {
    if (start.mountPoint() == null) {
      return;
    }
    NodeConfig.Mount wanted = start.config().mount();
    var options =
        new MountOptions(
            clock,
            wanted.chosen(),
            start.config().limits().fuseThreads(),
            wanted.readThreads(),
            wanted.spinMicros(),
            MountOptions.Trust.STANDARD);
    mount = closing.add(FuseMount.mount(engine.fileSystem(), start.mountPoint(), options));
    var unused =
        mount
            .ended()
            .thenRun(
                () -> {
                  // Whoever takes the mount away from outside wants the node to end; we say so.
                  if (!unmounting) {
                    end.countDown();
                  }
                });
  }

  @Override
  public NodeStatus status() throws IOException {
    return report.status(mount == null || unmounting ? null : mount.path().toString());
  }

  @Override
  public void asked() {
    duties.stir();
  }

  @Override
  public WaitResult waitSafe(Duration timeout, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    core.check().require();
    writeBack();
    return new SafeWait(engine, clock, timeout, progress, core.limits())
        .run(() -> core.outlook().holders().size());
  }

  private void writeBack() {
    if (mount != null && !unmounting) {
      mount.writeBack();
    }
  }

  @Override
  public SnapshotInfo snapshot(String name) throws IOException, NodeException {
    requireHere();
    writeBack();
    String typed = name == null ? SNAPSHOT_NAME.format(clock.instant()) : name;
    FileName taken = SnapshotName.parse(typed);
    engine.takeSnapshot(taken);
    String chosen = SnapshotName.show(taken);
    return report.snapshots().stream()
        .filter(snapshot -> snapshot.name().equals(chosen))
        .findFirst()
        .orElseThrow(() -> new NodeException(ExitCode.ERROR, chosen + " was dropped at once"));
  }

  @Override
  public List<SnapshotInfo> snapshots() throws IOException {
    return report.snapshots();
  }

  @Override
  public void dropSnapshot(String name) throws IOException {
    engine.dropSnapshot(SnapshotName.parse(name));
  }

  @Override
  public void holdSnapshot(String name, boolean held) throws IOException {
    engine.holdSnapshot(SnapshotName.parse(name), held);
  }

  @Override
  public Invitation invite(InviteTerms terms) throws IOException, KithException {
    negotiation.checkCapacity(
        core.outlook().promises().bytes(), terms.spaceForThem(), terms.force());
    var offered =
        new InvitationTerms(
            name(terms.name()), terms.spaceForThem(), terms.spaceForUs(), AgreementTerms.friends());
    Inviting.Codes codes = core.inviting().invite(offered, terms.validFor(), address(terms.via()));
    return new Invitation(codes.full(), codes.words(), codes.expires(), core.whereabouts().note());
  }

  @Override
  public PartnerInfo accept(String code, AcceptTerms terms) throws IOException, KithException {
    Acceptance.Room set = Acceptance.atMost(terms.mostForThem());
    long promised = core.outlook().promises().bytes();
    Partner partner =
        core.acceptance()
            .accept(
                code,
                address(terms.at()),
                name(terms.name()),
                (inviter, wanted) -> {
                  set.require(inviter, wanted);
                  negotiation.checkCapacity(promised, wanted, terms.force());
                });
    core.partners().greet();
    return report.partner(partner);
  }

  @Override
  public List<CandidateInfo> candidates() throws IOException {
    return core.candidates().judge();
  }

  @Override
  public CapacityInfo capacity() throws IOException {
    return report.capacity();
  }

  private static Optional<NodeAddress> address(String text) throws KithException {
    return text == null ? Optional.empty() : Optional.of(NodeAddress.parse(text));
  }

  @Override
  public List<InvitationInfo> invitations() throws IOException, KithException {
    return core.invitations().all().stream().map(InvitationInfo::of).toList();
  }

  @Override
  public void revokeInvitation(String which) throws IOException, KithException, NodeException {
    if (!core.invitations().revoke(which)) {
      throw new NodeException(ExitCode.ERROR, "there is no invitation '" + which + "' to withdraw");
    }
  }

  /** As this owner calls himself where nothing was said. */
  private String name(String given) {
    return given.isEmpty() ? core.book().self().brief() : given;
  }

  @Override
  public List<PartnerInfo> partners() throws IOException {
    return report.partners();
  }

  @Override
  public List<KnownNodeInfo> knownNodes() {
    return report.knownNodes();
  }

  @Override
  public OfferResult offer(OfferTerms terms) throws IOException, KithException, NodeException {
    return negotiation.offer(terms);
  }

  @Override
  public OfferResult amend(AmendTerms terms) throws IOException, KithException, NodeException {
    return negotiation.amend(terms);
  }

  @Override
  public PartnerInfo leave(LeaveTerms terms) throws IOException, KithException, NodeException {
    return negotiation.leave(terms);
  }

  @Override
  public List<AuditResult> audit(String which) throws KithException, NodeException {
    return core.audits().audit(negotiation.partners(which));
  }

  @Override
  public RepairResult repair(Duration timeout, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    var repair = new NodeRepair(core);
    if (timeout == null) {
      return repair.show();
    }
    core.check().require();
    return repair.run(timeout, progress);
  }

  @Override
  public PruneInfo prune(boolean all, List<String> overrides)
      throws IOException, KithException, NodeException {
    core.check().require();
    return core.dropping().prune().run(all, overrides);
  }

  @Override
  public TakeoverInfo takeover(Operation.Takeover what)
      throws IOException, KithException, NodeException {
    NodeTakeover takeover = core.succession().takeover();
    return switch (what.step()) {
      case LOOK -> takeover.look();
      case CONFIRM -> takeover.confirm(what.machine());
      case PREPARE -> takeover.prepareRefusal(what.machine());
      case REFUSE -> takeover.refuse(bytes(what.word()), bytes(what.override()));
    };
  }

  private static byte[] bytes(String digits) throws NodeException {
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw new NodeException(ExitCode.ERROR, "no record: " + e.getMessage(), e);
    }
  }

  @Override
  public FarewellInfo farewell(String record) throws IOException, KithException {
    return core.dropping().farewell().say(record);
  }

  @Override
  public List<OfferInfo> offers() {
    return negotiation.offers();
  }

  @Override
  public PartnerInfo decide(String id, boolean agree, boolean force)
      throws IOException, KithException, NodeException {
    return negotiation.decide(new Operation.Decide(id, agree, force));
  }

  @Override
  public WithdrawResult withdraw(String id) throws IOException, KithException, NodeException {
    return negotiation.withdraw(id);
  }

  @Override
  public KitContents kitPartners() {
    List<KitPartner> described =
        core.book().staying().stream()
            .sorted(
                Comparator.comparing(
                    each -> core.partners().reachability(each.id()) == Reachability.UNREACHABLE))
            .map(
                partner ->
                    new KitPartner(
                        partner.id(),
                        partner.name(),
                        partner.addresses().stream().limit(KitPartner.MAX_ADDRESSES).toList()))
            .toList();
    CodeParameters code =
        engine
            .code()
            .orElse(Optional.ofNullable(start.config().code()).orElse(CodeParameters.of(1, 0)));
    return new KitContents(code, described, start.config().finding().contacts());
  }

  @Override
  public ImportResult importFiles(ImportRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    if (mount == null || unmounting) {
      throw new NodeException(
          ExitCode.ERROR, "the drive is not mounted: mount it with 'kith mount FOLDER'");
    }
    requireHere();
    writeBack(); // what the kernel holds back would be taken for older than it is
    return new NodeImport(engine, mount.names(), clock, request, progress)
        .run(start.home(), mount.path());
  }

  /** Nothing is changed in a drive that comes back from its partners. */
  private void requireHere() throws NodeException {
    if (!core.succession().recovery().isTreeHere()) {
      throw new NodeException(
          ExitCode.NOT_PERMITTED,
          "the drive still comes back from its partners: 'kith status' says how far it is");
    }
  }

  @Override
  public RestoreResult restore(RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    try (var declared = core.partners().restore(random)) {
      return new NodeRestore(engine.snapshots(), core.book().self(), clock, request, progress)
          .run(NodeRestore.THREADS);
    }
  }

  @Override
  public DrillResult drill(DrillRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    core.check().require();
    return drill.run(request, progress);
  }

  @Override
  public LimitsInfo limits() {
    return core.limits().now();
  }

  @Override
  public LimitsInfo limit(LimitsInfo.Change change) throws IOException, NodeException {
    return core.limits().change(change);
  }

  @Override
  public LimitsInfo pause(Duration time) throws IOException, NodeException {
    return core.limits().pause(time);
  }

  @Override
  public LimitsInfo resume() throws IOException, NodeException {
    return core.limits().resume();
  }

  private void unmountDrive() throws IOException {
    if (mount != null) {
      unmounting = true;
      try {
        mount.unmount();
      } catch (IOException e) {
        unmounting = false;
        throw e;
      }
    }
  }

  @Override
  public void unmount(ProgressSink progress) throws IOException {
    unmountDrive();
  }

  @Override
  public void shutdown(Duration atMost, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    unmountDrive();
    try {
      if (!atMost.isZero() && engine.code().isPresent() && engine.behind()) {
        core.check().require();
        new SafeWait(engine, clock, atMost, progress, core.limits())
            .run(() -> core.outlook().holders().size());
      }
    } finally {
      // What is not safe goes on at the next start.
      end.countDown();
    }
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    closing.close();
  }
}
