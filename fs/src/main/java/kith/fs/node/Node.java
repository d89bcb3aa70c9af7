package kith.fs.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import kith.codec.CodeParameters;
import kith.codec.CodecWarmUp;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.DriveEngine;
import kith.fs.FetcherSettings;
import kith.fs.FileName;
import kith.fs.HolderUsage;
import kith.fs.KitPartner;
import kith.fs.PlacementPolicy;
import kith.fs.ShipperSettings;
import kith.fs.fuse.FuseMount;
import kith.fs.fuse.MountOptions;
import kith.index.FileHoldingStore;
import kith.index.Home;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;
import kith.peer.Acceptance;
import kith.peer.AgreementTerms;
import kith.peer.HolderService;
import kith.peer.InvitationTerms;
import kith.peer.Invitations;
import kith.peer.LedgerKeeper;
import kith.peer.LedgerMirrors;
import kith.peer.Links;
import kith.peer.LocalNode;
import kith.peer.NettyNetwork;
import kith.peer.Network;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.PeerTimeouts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node, wired by hand: its home, what it holds for partners, its own drive, the network, the
 * mount and the duties between them. Everything that it opens it closes, in reverse. Safe for many
 * threads.
 */
final class Node implements RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final DateTimeFormatter SNAPSHOT_NAME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration FINISH_WITHIN = Duration.ofMinutes(10);

  private final NodeStart start;
  private final InstantSource clock;
  private final Instant started;
  private final Closing closing = new Closing();
  private final PartnerBook book;
  private final Invitations invitations;
  private final Acceptance acceptance;
  private final NodePartners partners;
  private final DriveEngine engine;
  private final HeadCheck check;
  private final NodeReport report;
  private final CountDownLatch end = new CountDownLatch(1);
  private FuseMount mount;

  /** Starts everything, or leaves nothing behind. */
  Node(NodeStart start, InstantSource clock, SecureRandom random)
      throws IOException, KithException, NodeException {
    this.start = start;
    this.clock = clock;
    this.started = clock.instant();
    try {
      OwnerId owner = start.secrets().identity().owner();
      NodeConfig config = start.config();
      Home home = closing.add(Home.open(start.home()));
      Staging staging = closing.add(new Staging(home.staging()));
      Rows rows = closing.add(Rows.open(home, staging));
      NodeThreads threads = closing.add(new NodeThreads(config.limits().cpuThreads()));
      threads.cpu().execute(CodecWarmUp::run);
      FileHoldingStore holdings = closing.add(new FileHoldingStore(home, owner, rows));
      var self =
          new LocalNode(
              start.secrets().identity(), KithVersion.TEXT, config.callableAddresses(), clock);
      book = new PartnerBook(rows, owner);
      Links links = closing.add(new Links(self, book));
      invitations = new Invitations(self, rows, book, random);
      var service = new HolderService(self, holdings, book, invitations, links);
      Network network = closing.add(new NettyNetwork(self, service));
      acceptance = new Acceptance(self, network, book);
      LedgerMirrors mirrors = closing.add(new LedgerMirrors(home.ledgers(), owner));
      var client =
          new PeerClient(
              self, network, links, PeerTimeouts.DEFAULT, Optional.of(mirrors), threads.calls());
      var ledgers = new LedgerKeeper(client, self, mirrors, book);
      partners =
          new NodePartners(self, book, client, ledgers, threads.calls(), HolderUsage.of(rows));
      if (start.mountPoint() != null) {
        DriveMark.check(start.home(), rows, random);
      }
      engine =
          closing.add(
              new DriveEngine(
                  new DriveEngine.Foundation(
                      rows,
                      staging,
                      new PackStore(home.packs()),
                      start.secrets().keys(),
                      owner,
                      start.secrets().identity().credential().epoch(),
                      threads.cpu(),
                      threads.readAhead(),
                      clock,
                      random,
                      (kind, message) -> LOG.warn("{}: {}", kind, message)),
                  new DriveEngine.Partners(
                      partners, partners, partners::candidates, partners::described),
                  settings(config)));
      check = new HeadCheck(engine, partners, start.secrets().identity().credential().epoch());
      report =
          new NodeReport(
              start, new NodeReport.Sources(engine, book, partners, holdings, check), started);
      listen(network, config);
      startDuties();
      mount();
    } catch (IOException | KithException | NodeException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static DriveEngine.Settings settings(NodeConfig config) throws IOException {
    return new DriveEngine.Settings(
        new PlacementPolicy(Optional.ofNullable(config.code()), OptionalInt.empty()),
        FileName.of(config.snapshots().folder()),
        config.snapshots().visible(),
        ProcessOwner.caller(),
        config.limits().chunkCache().bytes(),
        ShipperSettings.DEFAULT,
        FetcherSettings.DEFAULT);
  }

  private void listen(Network network, NodeConfig config) throws IOException {
    var address = new InetSocketAddress(config.listen().host(), config.listen().port());
    closing.add(network.listen(address));
  }

  private void startDuties() {
    Duties duties = closing.add(new Duties());
    duties.start("ingest", Duration.ofMillis(500), engine::ingestTick);
    duties.start("snapshots", Duration.ofMillis(500), engine::snapshotTick);
    duties.start("sweep", Duration.ofSeconds(5), engine::sweepTick);
    duties.start("greet", Duration.ofSeconds(20), () -> partners.greet() * 0);
    duties.start("ship", Duration.ofMillis(200), () -> check.passed() ? engine.shipTick() : 0);
    PublishDuty publish = new PublishDuty(engine, clock);
    duties.start("publish", Duration.ofSeconds(2), () -> check.passed() ? publish.tick() : 0);
  }

  private void mount() throws IOException {
    if (start.mountPoint() == null) {
      return;
    }
    int threads = start.config().limits().fuseThreads();
    MountOptions standard = MountOptions.standard(clock);
    mount =
        FuseMount.mount(
            engine.fileSystem(),
            start.mountPoint(),
            new MountOptions(clock, threads, standard.attributeTimeout(), standard.entryTimeout()));
    closing.add(mount);
    var unused = mount.ended().thenRun(end::countDown);
  }

  @Override
  public NodeStatus status() throws IOException {
    return report.status(mount == null ? null : mount.path().toString());
  }

  @Override
  public WaitResult waitSafe(Duration timeout, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    check.require();
    return new SafeWait(engine, clock, timeout, progress).run(book.all().size());
  }

  @Override
  public SnapshotInfo snapshot(String name) throws IOException, NodeException {
    String chosen = name == null ? SNAPSHOT_NAME.format(clock.instant()) : name;
    engine.takeSnapshot(FileName.of(chosen));
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
    engine.dropSnapshot(FileName.of(name));
  }

  @Override
  public Invitation invite(InviteTerms terms) throws IOException, KithException {
    var offered =
        new InvitationTerms(
            name(terms.name()), terms.spaceForThem(), terms.spaceForUs(), AgreementTerms.friends());
    String code = invitations.create(offered, terms.validFor());
    return new Invitation(code, clock.instant().plus(terms.validFor()));
  }

  @Override
  public PartnerInfo accept(String code, AcceptTerms terms) throws IOException, KithException {
    Partner partner = acceptance.accept(code, name(terms.name()), terms.mostForThem());
    partners.greet();
    return report.partner(partner);
  }

  /** As this owner calls himself where nothing was said. */
  private String name(String given) {
    return given.isEmpty() ? book.self().brief() : given;
  }

  @Override
  public List<PartnerInfo> partners() throws IOException {
    return report.partners();
  }

  @Override
  public KitContents kitPartners() {
    List<KitPartner> described =
        book.all().stream()
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
    return new KitContents(code, described);
  }

  @Override
  public void unmount(ProgressSink progress) throws IOException {
    if (mount != null) {
      mount.unmount();
    }
  }

  @Override
  public void shutdown(boolean now, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    if (mount != null) {
      mount.unmount();
    }
    if (!now && engine.code().isPresent() && engine.behind() && check.passed()) {
      finishShipping(progress);
    }
    end.countDown();
  }

  /** What is not safe within the time goes on at the next start. */
  private void finishShipping(ProgressSink progress)
      throws IOException, KithException, InterruptedException {
    try {
      new SafeWait(engine, clock, FINISH_WITHIN, progress).run(book.all().size());
    } catch (NodeException e) {
      LOG.info("ends before everything is safe: {}", e.getMessage());
    } catch (kith.codec.PartnerUnavailableException e) {
      LOG.info("ends before everything is safe: {}", e.getMessage());
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
