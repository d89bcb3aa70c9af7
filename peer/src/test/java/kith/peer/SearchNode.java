package kith.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.choice.Candidate;
import kith.peer.choice.ChoiceSettings;
import kith.peer.choice.Growth;
import kith.peer.choice.Lack;
import kith.peer.choice.LossModel;
import kith.peer.choice.MachineKind;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Schedule;
import kith.peer.choice.SearchGroup;
import kith.peer.choice.Target;
import kith.peer.choice.TrackRecord;
import kith.peer.choice.Wishes;

/** A node of a virtual network that looks for partners as a whole one does. For one thread. */
final class SearchNode implements PartnerSearch.Goal, AutoCloseable {
  static final long SHARE = 64L << 20;
  private static final int MOST = 20;

  private final VirtualNetwork network;
  private final Traits traits;
  private final RecordExchange.Sources sources;
  private final Map<OwnerId, Instant> there = new HashMap<>();
  final Growth growth;
  TestNode node;
  PartnerSearch search;
  SearchMemory memory;
  SpeedBook speeds;
  private RecordExchange exchange;
  private boolean online = true;

  /** What a node is like. */
  record Traits(
      String name,
      NodeAddress address,
      NodeFacts.Platform platform,
      Schedule schedule,
      long uplink,
      Target target) {
    /** The same that says its uplink is another. */
    Traits saying(long stated) {
      return new Traits(name, address, platform, schedule, stated, target);
    }
  }

  SearchNode(
      VirtualNetwork network,
      Traits traits,
      RecordExchange.Sources sources,
      KnownNodes.Check check) {
    this.network = network;
    this.traits = traits;
    this.sources = sources;
    growth = new Growth(Optional.of(traits.target), () -> new LossModel(0.2, Duration.ofDays(23)));
    var presence = new Presence(traits.schedule.toBytes(), 0, 0);
    run(TestNode.at(network, traits.name, traits.address, new TestNode.Ways(presence, check)));
  }

  private void run(TestNode started) {
    node = started;
    var known = new RecordExchange.Means(node.known, node.book, node.client, node.network);
    exchange =
        new RecordExchange(
            node.self,
            known,
            new RecordExchange.Sources(
                sources.brokers(), sources.localNodes(), () -> search.isSeeking()),
            this::says,
            Shards.random(node.id().prefix()));
    try {
      memory = new SearchMemory(node.rows, network.clock());
      speeds = new SpeedBook(node.rows, network.clock());
      var probing =
          new Probing(
              node.network, node.links, node.book, speeds, network.clock()::nanos, link -> {});
      search =
          new PartnerSearch(
              new PartnerSearch.Means(
                  node.known, node.negotiator, memory, probing, network.clock()),
              this,
              ChoiceSettings.DEFAULT);
      node.judge = search;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  NodeRecord.Announcement says() {
    var facts =
        new NodeFacts(
            Protocol.VERSION,
            "kith test",
            "",
            traits.platform,
            traits.schedule,
            traits.uplink,
            0,
            node.book.all().size() < MOST ? SHARE : 0,
            SHARE,
            VirtualClock.START);
    return new NodeRecord.Announcement(node.self.addresses(), facts);
  }

  OwnerId id() {
    return node.id();
  }

  /** Is switched on or off, as its hours are. */
  void keepHours() {
    boolean now = traits.schedule.contains(Schedule.hourOf(network.clock().instant()));
    if (online != now) {
      online = now;
      if (online) {
        network.revive(id());
      } else {
        network.kill(id());
      }
    }
  }

  /** All that it does by itself, once. */
  void tick() throws IOException {
    if (!online) {
      return;
    }
    exchange.tick();
    greet();
    node.negotiator.tick();
    search.tick();
  }

  private void greet() {
    for (Partner partner : node.book.all()) {
      there.putIfAbsent(partner.id(), network.clock().instant());
      if (node.client.reach(partner.id()).handle((peer, failure) -> failure == null).join()) {
        there.put(partner.id(), network.clock().instant());
      }
    }
  }

  /** Those who did not answer for longer than their grace. */
  boolean isGone(Partner partner) {
    Instant last = there.get(partner.id());
    Duration grace = partner.agreement().terms().grace();
    return last != null && network.clock().instant().isAfter(last.plus(grace));
  }

  /** When a partner answered last. */
  Instant lastThere(OwnerId partner) {
    return there.get(partner);
  }

  List<Partner> present() {
    return node.book.all().stream().filter(partner -> !isGone(partner)).toList();
  }

  /** Goes on at another address. */
  void move(NodeAddress address) {
    run(node.moved(network, address));
  }

  Lack lack() {
    return group().lack();
  }

  @Override
  public SearchGroup group() {
    Set<NetworkPrefix> here = networks(node.self.addresses());
    var wishes = new Wishes(here, machine(traits.platform), traits.schedule, SHARE, SHARE, 1);
    List<Candidate> partners = new ArrayList<>();
    for (Partner partner : present()) {
      partners.add(candidate(partner));
    }
    Lack lack = Lack.of(growth, null, here, partners, 0);
    return new SearchGroup(id(), wishes, partners, lack, MOST);
  }

  private Candidate candidate(Partner partner) {
    Optional<NodeFacts> facts = node.known.find(partner.id()).map(NodeRecord::facts);
    return new Candidate(
        partner.id(),
        networks(partner.addresses()),
        facts.map(says -> machine(says.platform())).orElse(MachineKind.UNKNOWN),
        new Candidate.Hours(Schedule.ALWAYS, 0, 1000),
        Candidate.Speed.UNKNOWN,
        new Candidate.Space(partner.spaceThere(), partner.spaceHere()),
        TrackRecord.NONE,
        Duration.ZERO,
        1);
  }

  @Override
  public Candidate candidate(NodeRecord record) {
    NodeFacts facts = record.facts();
    return new Candidate(
        record.owner(),
        networks(record.addresses()),
        machine(facts.platform()),
        new Candidate.Hours(facts.schedule(), 0, 1000),
        speeds
            .speed(record.owner())
            .orElse(new Candidate.Speed(facts.uplink(), facts.uplink(), false)),
        new Candidate.Space(facts.offered(), facts.wanted()),
        TrackRecord.NONE,
        Duration.ZERO,
        facts.protocol());
  }

  @Override
  public Candidate candidate(Proposer proposer) {
    AgreementSide side = proposer.side();
    return new Candidate(
        side.owner(),
        networks(proposer.addresses()),
        MachineKind.UNKNOWN,
        new Candidate.Hours(schedule(side), 0, 1000),
        speeds.speed(side.owner()).orElse(Candidate.Speed.UNKNOWN),
        new Candidate.Space(side.space(), proposer.wanted()),
        TrackRecord.NONE,
        Duration.ZERO,
        proposer.protocol());
  }

  private static Schedule schedule(AgreementSide side) {
    try {
      return Schedule.ofBytes(side.schedule());
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static Set<NetworkPrefix> networks(List<NodeAddress> addresses) {
    return NetworkPrefix.of(addresses.stream().map(NodeAddress::host).toList());
  }

  private static MachineKind machine(NodeFacts.Platform platform) {
    return new MachineKind(platform.name(), platform.version(), platform.machine());
  }

  @Override
  public long share() {
    return SHARE;
  }

  @Override
  public void close() {
    node.close();
  }
}
