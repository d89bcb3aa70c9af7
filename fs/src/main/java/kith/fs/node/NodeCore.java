package kith.fs.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kith.codec.CodecWarmUp;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.CacheSettings;
import kith.fs.DriveEngine;
import kith.fs.HolderUsage;
import kith.fs.PlacementPolicy;
import kith.index.FileHoldingStore;
import kith.index.HoldingStore;
import kith.index.Home;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;
import kith.peer.Acceptance;
import kith.peer.Contact;
import kith.peer.Contacts;
import kith.peer.HolderService;
import kith.peer.Invitations;
import kith.peer.Inviting;
import kith.peer.KeepSetTalk;
import kith.peer.KnownNodes;
import kith.peer.Leaver;
import kith.peer.LedgerKeeper;
import kith.peer.LedgerMirrors;
import kith.peer.Links;
import kith.peer.LocalDiscovery;
import kith.peer.LocalNode;
import kith.peer.Negotiator;
import kith.peer.Network;
import kith.peer.OfferBook;
import kith.peer.OfferDesk;
import kith.peer.PartnerBook;
import kith.peer.PartnerContacts;
import kith.peer.PartnerSearch;
import kith.peer.PeerClient;
import kith.peer.PeerTimeouts;
import kith.peer.PortMapping;
import kith.peer.Probing;
import kith.peer.Promises;
import kith.peer.Proposer;
import kith.peer.ReadPacing;
import kith.peer.ReadingBack;
import kith.peer.RecordExchange;
import kith.peer.RelayPosts;
import kith.peer.RelayService;
import kith.peer.RelayedNetwork;
import kith.peer.SearchMemory;
import kith.peer.SpeedBook;
import kith.peer.choice.Capacity;
import kith.peer.choice.Judgement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node without threads of its own, wired by hand: its home, what it holds for partners, its own
 * drive, and the network between them. Everything that it opens it closes, in reverse. Safe for
 * many threads.
 */
final class NodeCore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCore.class);

  private final Closing closing = new Closing();
  private final PartnerBook book;
  private final RecoveredPartners recovered;
  private final NodeWhereabouts whereabouts;
  private final Links links;
  private final RelayService relays;
  private final RelayPosts posts;
  private final Optional<PortMapping> mapping;
  private final KnownNodes known;
  private final RecordExchange exchange;
  private final Invitations invitations;
  private final Acceptance acceptance;
  private final Inviting inviting;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final Negotiator negotiator;
  private final HoldingStore holdings;
  private final NodePartners partners;
  private final DriveEngine engine;
  private final NodeLimits limits;
  private final NodeConduct conduct;
  private final Outlook outlook;
  private final PartnerCandidates candidates;
  private final OfferSpace space;
  private final NodeSeeking seeking;
  private final Probing probing;
  private final NodeLeaving leaving;
  private final ReadingBack reading;
  private final NodeAudits audits;
  private final NodeDropping dropping;
  private final InstantSource clock;
  private final long lostChanges;
  private final NodeSuccession succession;

  /** A node that ends answers no commands any more, and yet holds its home until all is closed. */
  private static final Duration ENDING = Duration.ofSeconds(20);

  /**
   * Opens everything, or leaves nothing behind.
   *
   * @param start with a mount point if the drive will be shown: then it must not be one whose index
   *     was lost
   */
  NodeCore(NodeStart start, NodeWorld world) throws IOException, KithException, NodeException {
    clock = world.clock();
    try {
      closing.add(world.pools());
      OwnerId owner = start.secrets().identity().owner();
      Home home = closing.add(Home.open(start.home(), ENDING));
      world.pools().cpu().execute(CodecWarmUp::run);
      Staging staging = closing.add(new Staging(home.staging()));
      Rows rows = closing.add(world.storage().open(home, staging));
      lostChanges = rows.lost();
      if (lostChanges > 0) {
        LOG.warn("index-damaged: {} durable changes are lost, its log is damaged", lostChanges);
      }
      if (start.mountPoint() != null) {
        DriveMark.check(start.home(), rows, world.random());
      }
      holdings = closing.add(new FileHoldingStore(home, owner, rows));
      book = new PartnerBook(rows, owner, home.root().resolve("agreements"));
      recovered = RecoveredPartners.open(rows, book, start, holdings::observedMillis);
      conduct = new NodeConduct(rows, book, clock);
      whereabouts = new NodeWhereabouts(start.config());
      var self =
          new LocalNode(
              start.secrets().identity(),
              KithVersion.TEXT,
              whereabouts,
              world.clock(),
              start.config().partners().presence());
      CacheSettings cache = NodeSettings.cache(start.config(), home.driveSpace());
      known = new KnownNodes(rows, owner, clock, id -> book.find(id).isPresent());
      List<Contact> brokers = start.config().finding().contacts();
      Contacts ways = new PartnerContacts(book, known, brokers);
      links =
          closing.add(
              new Links(
                  self,
                  id -> ways.contact(id).or(() -> recovered.contact(id)),
                  machine -> book.isNode(machine, holdings.observedMillis())));
      relays = relays(self, start.config(), world);
      invitations = new Invitations(self, rows, book, world.random());
      var speeds = new SpeedBook(rows, world.clock());
      var facts = new PartnerCandidates.Facts(conduct.hours(), speeds, conduct.records(known));
      candidates = new PartnerCandidates(start.config(), book, known, facts, world.clock());
      var offers = new OfferBook(rows, book);
      var promises = new Promises(offers, invitations, world.clock());
      outlook = new Outlook(start.config().partners(), book, promises, conduct.watch(), clock);
      var bounds = start.config().negotiation().limits(owner, start.config());
      reading =
          closing.add(
              new ReadingBack(
                  self, rows, holdings, book, ReadingBack.Settings.usual(conduct.book())));
      audits = new NodeAudits(rows, NodeKeeping.of(self, holdings, home, rows, world));
      var room = NodeSettings.room(start.config(), home.heldSpace());
      var disk = new HolderService.Disk(holdings, room, audits.keeping().audits(), reading);
      space = new OfferSpace(start.config(), outlook, this::capacity, holdings, disk.room());
      var offering = new OfferDesk(self, offers, bounds, space, this::judged);
      var desk = conduct.answering(self, holdings);
      var agreeing = new HolderService.Agreeing(invitations, offering, desk);
      var service =
          new HolderService(
              self, disk, book, agreeing, new HolderService.Ways(links, relays), known);
      Network direct = closing.add(world.networks().network(self, service));
      posts = new RelayPosts(self, book, invitations, links, direct, brokers);
      Network network = new RelayedNetwork(self, direct, links, posts::relays);
      var around = new Acceptance.Ways(posts::takeUp, known::nearby);
      acceptance = new Acceptance(self, network, book, world.random(), this::await, around);
      inviting = closing.add(new Inviting(invitations, direct));
      negotiator = new Negotiator(self, network, links, offering, world.random());
      var timeouts = PeerTimeouts.of(NodeSettings.deadline(start));
      LedgerMirrors mirrors = closing.add(new LedgerMirrors(home.ledgers(), owner));
      PeerClient client =
          new PeerClient(
              self, network, links, timeouts, Optional.of(mirrors), world.pools().calls());
      partners = partners(self, client, mirrors, rows, world);
      var goal = new NodeSearch(start.config(), owner, candidates, outlook, space, this::needed);
      var contacts = new PartnerContacts(book, known, brokers);
      var talking = new NodeConduct.Ways(client, network, contacts);
      var talk = conduct.asking(self, talking, partners, world.random());
      probing = new Probing(network, links, book, speeds, System::nanoTime, talk::before);
      var memory = new SearchMemory(rows, clock);
      var means = new PartnerSearch.Means(known, negotiator, memory, probing, clock);
      seeking = new NodeSeeking(start.config(), goal, means);
      exchange = exchange(self, client, start, new Finding(direct, goal), world);
      PackStore packs = closing.add(new PackStore(home.packs()));
      var base = NodeSettings.base(start, new NodeSettings.Stores(rows, staging, packs), world);
      var settings = NodeSettings.settings(start.config(), cache, outlook.growth());
      engine = closing.add(new DriveEngine(base, ways(rows, settings.policy()), settings));
      audits.by(
          new NodeAudits.Means(
              self,
              book,
              client,
              mirrors,
              new NodeAudits.Hearers(engine.wrongShards(), conduct.book()),
              base),
          start.config().audits());
      leaving = leaving(self, client, mirrors, rows);
      limits =
          new NodeLimits(
              start.home(),
              start.config().limits().settings(),
              world.clock(),
              world.zone(),
              new NodeLimits.Ways(world.pace()::limit, network.bandwidth()));
      succession =
          new NodeSuccession(
              new NodeSuccession.Parts(
                  rows,
                  book,
                  partners,
                  client,
                  mirrors,
                  audits,
                  conduct.book(),
                  engine,
                  start.secrets(),
                  clock,
                  world.random()),
              recovered);
      dropping = dropping(self, client, mirrors, rows);
      closing.add(direct.listen(NodeSettings.socket(start.config())));
      mapping = mapping(start.config());
    } catch (IOException | KithException | NodeException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private long needed() throws IOException {
    return engine.needed();
  }

  private Optional<Judgement> judged(Proposer proposer) throws IOException {
    return seeking.search().against(proposer);
  }

  private void await(Duration time) throws InterruptedException {
    if (ending.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("the node ends");
    }
  }

  /** Who asks the router; it is asked after the start, which it never holds up. */
  private Optional<PortMapping> mapping(NodeConfig config) {
    InetSocketAddress listening = NodeSettings.socket(config);
    return config.network().map() && PortMapping.makesSense(listening)
        ? Optional.of(closing.add(new PortMapping(listening, clock, whereabouts::mapped)))
        : Optional.empty();
  }

  /** What this node carries between its partners. */
  private RelayService relays(LocalNode self, NodeConfig config, NodeWorld world) {
    return new RelayService(
        self,
        config.network().bounds(),
        id -> book.find(id).flatMap(partner -> links.direct(id)),
        new RelayService.Means(System::nanoTime, world.random()));
  }

  private record Finding(Network network, NodeSearch goal) {}

  private RecordExchange exchange(
      LocalNode self, PeerClient client, NodeStart start, Finding ways, NodeWorld world) {
    FindingConfig finding = start.config().finding();
    boolean alone = start.config().seeks();
    Supplier<List<Contact>> localNodes =
        finding.localNetwork()
            ? closing.add(new LocalDiscovery(self, NodeSettings.socket(start.config())))
            : List::of;
    return new RecordExchange(
        self,
        new RecordExchange.Means(known, book, client, ways.network),
        new RecordExchange.Sources(
            finding.contacts(), localNodes, () -> !alone || seeking.search().isSeeking()),
        new NodeAnnouncement(start, whereabouts, ways.goal::told),
        world.random());
  }

  private NodePartners partners(
      LocalNode self, PeerClient client, LedgerMirrors mirrors, Rows rows, NodeWorld world)
      throws IOException {
    var pacing = closing.add(new ReadPacing(rows, world.clock()));
    return new NodePartners(
        self,
        book,
        client,
        new LedgerKeeper(client, self, mirrors, book),
        world.pools().calls(),
        new NodePartners.Known(
            HolderUsage.of(rows), pacing, conduct.book(), candidates::system, recovered::away));
  }

  private NodeDropping dropping(LocalNode self, PeerClient client, LedgerMirrors mirrors, Rows rows)
      throws IOException {
    var talk = new KeepSetTalk(self, client, partners.ledgers(), mirrors);
    return new NodeDropping(
        new NodeDropping.Parts(rows, book, partners, engine, talk, check()::passed, clock),
        lostChanges + (engine.recovery().isUnderWay() ? 1 : 0));
  }

  private DriveEngine.Partners ways(Rows rows, PlacementPolicy policy) {
    return new DriveEngine.Partners(
        partners,
        partners,
        () -> policy.spread(partners.candidates()),
        () -> partners.described(NodeLeaving.named(book, rows), recovered.contacts()),
        audits);
  }

  private NodeLeaving leaving(LocalNode self, PeerClient client, LedgerMirrors mirrors, Rows rows) {
    var parts = new NodeLeaving.Parts(rows, book, partners, mirrors, audits, engine, clock);
    var made = new NodeLeaving(parts);
    return made.by(new Leaver(self, book, client, holdings, made));
  }

  /** How many changes of the index were gone when it was opened, for its log was damaged. */
  long lostChanges() {
    return lostChanges;
  }

  PartnerBook book() {
    return book;
  }

  KnownNodes known() {
    return known;
  }

  /** The ways to partners. */
  Links links() {
    return links;
  }

  NodeWhereabouts whereabouts() {
    return whereabouts;
  }

  /** What came of asking the router to let others through. */
  String mapping() {
    return mapping.map(PortMapping::text).orElse("");
  }

  /** Sees to it that the router lets others through; returns 0. */
  int map() throws InterruptedException {
    return mapping.isPresent() ? mapping.get().tick() : 0;
  }

  /** What it carries for partners. */
  RelayService relays() {
    return relays;
  }

  /** Where it waits for partners that it cannot reach otherwise. */
  RelayPosts posts() {
    return posts;
  }

  /** Makes this node known, and finds others. */
  RecordExchange exchange() {
    return exchange;
  }

  Invitations invitations() {
    return invitations;
  }

  Inviting inviting() {
    return inviting;
  }

  Acceptance acceptance() {
    return acceptance;
  }

  Negotiator negotiator() {
    return negotiator;
  }

  HoldingStore holdings() {
    return holdings;
  }

  NodePartners partners() {
    return partners;
  }

  DriveEngine engine() {
    return engine;
  }

  java.time.Instant now() {
    return clock.instant();
  }

  NodeLimits limits() {
    return limits;
  }

  /** Asks everybody whether he is there, and notes who is. */
  void greet() throws IOException {
    partners.greet();
    Set<OwnerId> there = partners.reachable();
    conduct.passed(there, this::owes, reading);
    reading.heard(there);
  }

  /** Whether a partner holds something that it can be audited for. */
  private boolean owes(OwnerId partner) {
    return partners.used(partner) > 0 && audits.isAsked(partner);
  }

  /** How partners keep their word. */
  NodeConduct conduct() {
    return conduct;
  }

  Outlook outlook() {
    return outlook;
  }

  /** What may be kept for others. */
  Capacity capacity() {
    return outlook.capacity(limits::now);
  }

  /** Looks for partners, and for more space at those that there are. */
  NodeSeeking seeking() {
    return seeking;
  }

  /** Measures how fast partners are. */
  Probing probing() {
    return probing;
  }

  /** Learns of others, and where partners are that have moved. */
  int find() throws IOException {
    if (seeking.search().isSeeking()) {
      exchange.hurry();
    }
    return exchange.tick();
  }

  /** What partners read back here, and how long it is kept. */
  ReadingBack reading() {
    return reading;
  }

  /** Partners who leave. */
  NodeLeaving leaving() {
    return leaving;
  }

  /** Who is audited, and how this node looks after what it keeps. */
  NodeAudits audits() {
    return audits;
  }

  /** What partners need not keep any more. */
  NodeDropping dropping() {
    return dropping;
  }

  PartnerCandidates candidates() {
    return candidates;
  }

  /** What comes of machines that follow each other. */
  NodeSuccession succession() {
    return succession;
  }

  HeadCheck check() {
    return succession.check();
  }

  @Override
  public void close() throws IOException {
    ending.countDown();
    closing.close();
  }
}
