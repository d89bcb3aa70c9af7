package kith.fs.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.peer.MoreSpace;
import kith.peer.NegotiationLimits;
import kith.peer.NodeRecord;
import kith.peer.Partner;
import kith.peer.PartnerSearch;
import kith.peer.Proposer;
import kith.peer.choice.Candidate;
import kith.peer.choice.Lack;
import kith.peer.choice.SearchGroup;
import kith.peer.choice.UsableSpace;
import kith.peer.choice.Wishes;

/**
 * What this node looks for: as many partners as its target wants, with room for what its owner
 * wants to store, not counting those who are silent for longer than their grace. Safe for many
 * threads.
 */
final class NodeSearch implements PartnerSearch.Goal, MoreSpace.Goal {
  /** So much more than is needed shall fit: a sixteenth. */
  private static final int HEADROOM = 16;

  private final NodeConfig config;
  private final OwnerId self;
  private final PartnerCandidates candidates;
  private final Outlook outlook;
  private final OfferSpace space;
  private final Needed needed;

  /** Bytes of content that the drive has for its partners. */
  @FunctionalInterface
  interface Needed {
    long bytes() throws IOException;
  }

  NodeSearch(
      NodeConfig config,
      OwnerId self,
      PartnerCandidates candidates,
      Outlook outlook,
      OfferSpace space,
      Needed needed) {
    this.config = config;
    this.self = self;
    this.candidates = candidates;
    this.outlook = outlook;
    this.space = space;
    this.needed = needed;
  }

  @Override
  public SearchGroup group() throws IOException {
    List<Candidate> there = new ArrayList<>();
    for (Partner partner : outlook.present()) {
      there.add(candidates.candidate(partner));
    }
    Wishes wishes = candidates.wishes();
    Lack lack = Lack.of(outlook.growth(), config.code(), wishes.networks(), there, content());
    return new SearchGroup(self, wishes, there, lack, config.negotiation().mostPartners());
  }

  /** Bytes of content that shall fit: what the owner wants, and what the drive has at least. */
  private long content() throws IOException {
    ByteSize wanted = config.partners().space();
    long bytes = needed.bytes();
    return Math.max(wanted == null ? 0 : wanted.bytes(), bytes + bytes / HEADROOM);
  }

  @Override
  public Optional<MoreSpace.Need> need() throws IOException {
    List<Partner> there = outlook.trusted();
    Optional<CodeParameters> code =
        config.code() == null ? outlook.growth().codeFor(there.size()) : Optional.of(config.code());
    long content = content();
    long usable = UsableSpace.of(there.stream().map(Partner::spaceThere).toList(), code);
    return usable >= content
        ? Optional.empty()
        : Optional.of(new MoreSpace.Need(there, code, content + 2 * (content / HEADROOM)));
  }

  @Override
  public long mayKeep(OwnerId partner) throws IOException {
    return Math.min(space.most(), space.bytesFor(partner));
  }

  @Override
  public Candidate candidate(NodeRecord record) throws IOException {
    return candidates.candidate(record);
  }

  @Override
  public Candidate candidate(Proposer proposer) throws IOException {
    return candidates.candidate(proposer);
  }

  @Override
  public boolean isOn() {
    return config.seeks();
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
