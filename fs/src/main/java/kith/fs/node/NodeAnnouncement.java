package kith.fs.node;

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

  NodeAnnouncement(NodeStart start) {
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
    List<NodeAddress> told = config.callableAddresses();
    return new NodeRecord.Announcement(told.isEmpty() ? ofThisMachine() : told, facts);
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
