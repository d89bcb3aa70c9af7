package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.peer.AgreementSide;
import kith.peer.NodeAddress;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.Protocol;
import kith.peer.choice.Assessment;
import kith.peer.choice.Candidate;
import kith.peer.choice.Choice;
import kith.peer.choice.MachineKind;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Schedule;
import kith.peer.choice.TrackRecord;
import kith.peer.choice.Wishes;

/** The present partners as candidates, and how they do. Safe for many threads. */
final class PartnerCandidates {
  private final NodeConfig config;
  private final PartnerBook book;
  private final PartnerHours hours;
  private final InstantSource clock;

  PartnerCandidates(NodeConfig config, PartnerBook book, PartnerHours hours, InstantSource clock) {
    this.config = config;
    this.book = book;
    this.hours = hours;
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

  private Candidate candidate(Partner partner) throws IOException {
    AgreementSide side = partner.agreement().sideOf(partner.id());
    Duration age = Duration.between(partner.agreement().since(), clock.instant());
    return new Candidate(
        partner.id(),
        NodePartners.networks(partner),
        MachineKind.UNKNOWN,
        hours.hours(partner.id(), schedule(side)),
        new Candidate.Speed(side.leastBandwidth(), side.meanBandwidth(), false),
        new Candidate.Space(partner.spaceThere(), partner.spaceHere()),
        TrackRecord.NONE,
        age.isNegative() ? Duration.ZERO : age,
        Protocol.VERSION);
  }

  private static Schedule schedule(AgreementSide side) {
    try {
      return Schedule.ofBytes(side.schedule());
    } catch (CorruptDataException e) {
      throw new IllegalStateException("an agreement's schedule is checked when it is read", e);
    }
  }

  /** What this node is and wishes. */
  private Wishes wishes() {
    Set<NetworkPrefix> networks =
        NetworkPrefix.of(config.callableAddresses().stream().map(NodeAddress::host).toList());
    long space = config.spacePerPartner().bytes();
    return new Wishes(
        networks, machine(), config.partners().hours(), space, space, Protocol.VERSION);
  }

  private static MachineKind machine() {
    String version = System.getProperty("os.version", "");
    return new MachineKind(
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT),
        version.split("\\.", 2)[0],
        System.getProperty("os.arch", ""));
  }

  /** How all of them do, the best first. */
  List<CandidateInfo> judge() throws IOException {
    List<Candidate> present = candidates();
    Choice choice = new Choice(config.partners().choice(), wishes(), present);
    List<CandidateInfo> shown = new ArrayList<>();
    for (Assessment assessment : choice.rank(present)) {
      Optional<Partner> partner = book.find(assessment.owner());
      shown.add(
          CandidateInfo.of(assessment, partner.map(Partner::name).orElse(""), partner.isPresent()));
    }
    return shown;
  }
}
