package kith.fs.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Supplier;
import kith.peer.NodeAddress;
import kith.peer.NodeFacts;
import kith.peer.NodeRecord;
import kith.peer.Protocol;

/**
 * What a node tells of itself to those who look for partners. A node that listens on every address
 * and advertises none names those that this machine has now.
 */
final class NodeAnnouncement implements Supplier<NodeRecord.Announcement> {
  private static final int MOST = 8;

  private final NodeConfig config;
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
  NodeAnnouncement(NodeStart start, Offered offered) {
    this.offered = offered;
    this.config = start.config();
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
    List<NodeAddress> told = config.callableAddresses();
    return new NodeRecord.Announcement(told.isEmpty() ? ofThisMachine() : told, facts());
  }

  private NodeFacts facts() {
    try {
      long bytes = offered.bytes();
      return facts.withOffered(bytes == 0 && facts.wanted() == 0 ? 1 : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<NodeAddress> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(NodeAnnouncement::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .map(host -> host.indexOf('%') < 0 ? host : host.substring(0, host.indexOf('%')))
          .sorted()
          .limit(MOST)
          .map(host -> new NodeAddress(host, config.listen().port()))
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp() && !each.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }
}
