package kith.fs.node;

import java.util.function.Supplier;
import kith.peer.NodeFacts;
import kith.peer.NodeRecord;
import kith.peer.Protocol;

/** What a node tells of itself to those who look for partners. */
final class NodeAnnouncement implements Supplier<NodeRecord.Announcement> {
  private final NodeConfig config;
  private final NodeWhereabouts whereabouts;
  private final NodeFacts facts;

  NodeAnnouncement(NodeStart start, NodeWhereabouts whereabouts) {
    this.config = start.config();
    this.whereabouts = whereabouts;
    FindingConfig finding = config.finding();
    this.facts =
        new NodeFacts(
            Protocol.VERSION,
            KithVersion.TEXT,
            finding.name(),
            NodeFacts.Platform.ofThisMachine(),
            config.partners().hours(),
            rate(uplink()),
            rate(finding.downlink()),
            space(finding.offered()),
            space(finding.wanted()),
            start.secrets().drive().created());
  }

  private Rate uplink() {
    Rate said = config.partners().uplink();
    return said == null ? config.limits().uploadRate() : said;
  }

  private static long rate(Rate rate) {
    return rate == null ? 0 : rate.bytesPerSecond();
  }

  private long space(ByteSize space) {
    return (space == null ? config.spacePerPartner() : space).bytes();
  }

  @Override
  public NodeRecord.Announcement get() {
    return new NodeRecord.Announcement(whereabouts.all(), facts);
  }
}
