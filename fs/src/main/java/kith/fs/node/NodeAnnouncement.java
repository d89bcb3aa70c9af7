package kith.fs.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import kith.peer.NodeFacts;
import kith.peer.NodeRecord;
import kith.peer.Protocol;

/** What a node tells of itself to those who look for partners. */
final class NodeAnnouncement implements Supplier<NodeRecord.Announcement> {
  private final NodeConfig config;
  private final NodeWhereabouts whereabouts;
  private final NodeFacts facts;
  private final Offered offered;

  /** Says how much it would keep for one partner more. */
  @FunctionalInterface
  interface Offered {
    long bytes() throws IOException;
  }

  /**
   * @param start whose configuration says what it tells
   * @param offered bytes that it would keep for one partner more
   */
  NodeAnnouncement(NodeStart start, NodeWhereabouts whereabouts, Offered offered) {
    this.offered = offered;
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
            0,
            (finding.wanted() == null ? config.spacePerPartner() : finding.wanted()).bytes(),
            start.secrets().drive().created());
  }

  private Rate uplink() {
    Rate said = config.partners().uplink();
    return said == null ? config.limits().uploadRate() : said;
  }

  private static long rate(Rate rate) {
    return rate == null ? 0 : rate.bytesPerSecond();
  }

  @Override
  public NodeRecord.Announcement get() {
    return new NodeRecord.Announcement(whereabouts.get(), facts());
  }

  private NodeFacts facts() {
    try {
      long bytes = offered.bytes();
      return facts.withOffered(bytes == 0 && facts.wanted() == 0 ? 1 : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
