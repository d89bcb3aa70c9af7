package kith.fs.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kith.codec.OwnerId;
import kith.peer.NegotiationLimits;
import kith.peer.NodeRecord;
import kith.peer.Partner;
import kith.peer.PartnerSearch;
import kith.peer.choice.Candidate;
import kith.peer.choice.Lack;
import kith.peer.choice.SearchGroup;
import kith.peer.choice.Wishes;

/**
 * What this node looks for: as many partners as its target wants, with room for what its owner
 * wants to store, not counting those who are silent for longer than their grace. Safe for many
 * threads.
 */
final class NodeSearch implements PartnerSearch.Goal {
  private final NodeConfig config;
  private final OwnerId self;
  private final PartnerCandidates candidates;
  private final Outlook outlook;
  private final OfferSpace space;

  NodeSearch(
      NodeConfig config,
      OwnerId self,
      PartnerCandidates candidates,
      Outlook outlook,
      OfferSpace space) {
    this.config = config;
    this.self = self;
    this.candidates = candidates;
    this.outlook = outlook;
    this.space = space;
  }

  @Override
  public SearchGroup group() throws IOException {
    List<Candidate> there = new ArrayList<>();
    for (Partner partner : outlook.present()) {
      there.add(candidates.candidate(partner));
    }
    Wishes wishes = candidates.wishes();
    ByteSize wanted = config.partners().space();
    Lack lack =
        Lack.of(
            outlook.growth(),
            config.code(),
            wishes.networks(),
            there,
            wanted == null ? 0 : wanted.bytes());
    return new SearchGroup(self, wishes, there, lack, config.negotiation().mostPartners());
  }

  @Override
  public Candidate candidate(NodeRecord record) throws IOException {
    return candidates.candidate(record);
  }

  @Override
  public long share() throws IOException {
    return space.share(group().lack().wanted());
  }

  /** Bytes that others are told they may ask for: none where no stranger is taken. */
  long told() throws IOException {
    int partners = outlook.present().size();
    if (!config.takesStrangers() || partners >= config.negotiation().mostPartners()) {
      return 0;
    }
    long share = share();
    return share < NegotiationLimits.LEAST_SPACE ? 0 : round(share);
  }

  /** To two binary digits, so that a node doesn't say something new all the time. */
  private static long round(long bytes) {
    long unit = Math.max(1, Long.highestOneBit(bytes) / 2);
    return bytes / unit * unit;
  }
}
