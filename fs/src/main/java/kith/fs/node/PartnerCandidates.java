package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.AgreementSide;
import kith.peer.KnownNodes;
import kith.peer.NodeAddress;
import kith.peer.NodeFacts;
import kith.peer.NodeRecord;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.Proposer;
import kith.peer.Protocol;
import kith.peer.SpeedBook;
import kith.peer.TrackRecords;
import kith.peer.choice.Assessment;
import kith.peer.choice.Candidate;
import kith.peer.choice.Choice;
import kith.peer.choice.MachineKind;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.OperatingSystem;
import kith.peer.choice.Schedule;
import kith.peer.choice.Wishes;

/**
 * The present partners as candidates, and the nodes that this one has heard of, and how they do.
 * Safe for many threads.
 */
final class PartnerCandidates {
  /** Nodes beside the partners that are shown: the best. */
  static final int MOST_FOUND = 100;

  private final NodeConfig config;
  private final PartnerBook book;
  private final KnownNodes known;
  private final Facts facts;
  private final InstantSource clock;

  /**
   * What is known of others beside what they say of themselves.
   *
   * @param hours when they are on-line
   * @param speeds how fast they were measured to be
   * @param records how they have kept their word with others
   */
  record Facts(PartnerHours hours, SpeedBook speeds, TrackRecords records) {}

  PartnerCandidates(
      NodeConfig config, PartnerBook book, KnownNodes known, Facts facts, InstantSource clock) {
    this.config = config;
    this.book = book;
    this.known = known;
    this.facts = facts;
    this.clock = clock;
  }

  /** Each partner, in any order. */
  List<Candidate> candidates() throws IOException {
    List<Candidate> found = new ArrayList<>();
    for (Partner partner : book.all()) {
      found.add(candidate(partner));
    }
    return found;
  }

  /** A partner, as agreed and observed. */
  Candidate candidate(Partner partner) throws IOException {
    AgreementSide side = partner.agreement().sideOf(partner.id());
    Optional<NodeFacts> said = known.find(partner.id()).map(NodeRecord::facts);
    return new Candidate(
        partner.id(),
        NodePartners.networks(partner),
        machine(said),
        facts.hours.hours(partner.id(), schedule(side)),
        speed(partner.id(), side.leastBandwidth(), side.meanBandwidth()),
        new Candidate.Space(partner.spaceThere(), partner.spaceHere()),
        facts.records.of(partner.id()),
        since(partner.agreement().since()),
        said.map(NodeFacts::protocol).orElse(Protocol.VERSION));
  }

  /** What a partner's node says that it runs on. */
  OperatingSystem system(OwnerId partner) {
    return machine(known.find(partner).map(NodeRecord::facts)).operatingSystem();
  }

  private static MachineKind machine(Optional<NodeFacts> said) {
    return said.map(says -> machine(says.platform())).orElse(MachineKind.UNKNOWN);
  }

  /** As it was measured, else as it was stated. */
  private Candidate.Speed speed(OwnerId owner, long least, long mean) {
    return facts.speeds.speed(owner).orElse(new Candidate.Speed(least, mean, false));
  }

  private Duration since(Instant time) {
    Duration age = Duration.between(time, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** What a node says of itself; at most its speed was measured. */
  Candidate candidate(NodeRecord record) {
    NodeFacts said = record.facts();
    return new Candidate(
        record.owner(),
        networks(record.addresses()),
        machine(said.platform()),
        new Candidate.Hours(said.schedule(), 0, 1000),
        speed(record.owner(), said.uplink(), said.uplink()),
        new Candidate.Space(said.offered(), said.wanted()),
        facts.records.of(record.owner()),
        since(said.since()),
        said.protocol());
  }

  /** A stranger who offers: as he states it there, was measured, and says where he is. */
  Candidate candidate(Proposer proposer) throws IOException {
    AgreementSide side = proposer.side();
    OwnerId owner = side.owner();
    Optional<NodeRecord> record = known.find(owner);
    List<NodeAddress> places = new ArrayList<>(proposer.addresses());
    record.ifPresent(said -> places.addAll(said.addresses()));
    return new Candidate(
        owner,
        networks(places),
        record.map(said -> machine(said.facts().platform())).orElse(MachineKind.UNKNOWN),
        new Candidate.Hours(schedule(side), 0, 1000),
        speed(owner, side.leastBandwidth(), side.meanBandwidth()),
        new Candidate.Space(side.space(), proposer.wanted()),
        facts.records.of(owner),
        record.map(said -> since(said.facts().since())).orElse(Duration.ZERO),
        proposer.protocol());
  }

  private static Set<NetworkPrefix> networks(List<NodeAddress> addresses) {
    return NetworkPrefix.of(addresses.stream().map(NodeAddress::host).toList());
  }

  private static Schedule schedule(AgreementSide side) {
    try {
      return Schedule.ofBytes(side.schedule());
    } catch (CorruptDataException e) {
      throw new IllegalStateException("an agreement's schedule is checked when it is read", e);
    }
  }

  /** What this node is and wishes. */
  Wishes wishes() {
    long space = config.spacePerPartner().bytes();
    return new Wishes(
        here(),
        machine(NodeFacts.Platform.ofThisMachine()),
        config.partners().hours(),
        space,
        space,
        Protocol.VERSION);
  }

  /** As this node tells others, which knows the machine's own addresses. */
  private Set<NetworkPrefix> here() {
    return networks(
        known.find(book.self()).map(NodeRecord::addresses).orElse(config.callableAddresses()));
  }

  private static MachineKind machine(NodeFacts.Platform platform) {
    return new MachineKind(
        platform.name().toLowerCase(Locale.ROOT),
        platform.version().split("[.-]", 2)[0],
        platform.machine());
  }

  /** How all of them do, the best first: each partner, and of others at most so many. */
  List<CandidateInfo> judge() throws IOException {
    List<Candidate> all = candidates();
    Choice choice = new Choice(config.partners().choice(), wishes(), List.copyOf(all));
    Map<OwnerId, String> names = new HashMap<>();
    for (NodeRecord record : known.all()) {
      if (book.find(record.owner()).isEmpty() && record.holdsAt(clock.instant())) {
        all.add(candidate(record));
        names.put(record.owner(), record.facts().name());
      }
    }
    List<CandidateInfo> shown = new ArrayList<>();
    int found = 0;
    for (Assessment assessment : choice.rank(all)) {
      Optional<Partner> partner = book.find(assessment.owner());
      if (partner.isPresent() || found++ < MOST_FOUND) {
        String name = partner.map(Partner::name).orElse(names.getOrDefault(assessment.owner(), ""));
        shown.add(CandidateInfo.of(assessment, name, partner.isPresent()));
      }
    }
    return shown;
  }
}
