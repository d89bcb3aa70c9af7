package kith.fs.node;

import java.time.Instant;
import java.util.List;
import kith.peer.NodeAddress;
import kith.peer.NodeFacts;
import kith.peer.NodeRecord;

/**
 * A node that this one has heard of, by its own word, as {@code kith partner known} shows it.
 *
 * @param owner its owner id in the printed form
 * @param name as it calls itself
 * @param addresses {@code host:port}
 * @param partner whether there is an agreement with it
 * @param software name and version
 * @param protocol the highest that it speaks
 * @param system operating system
 * @param systemVersion its version
 * @param machine the processor's architecture
 * @param hours of the week for which it means to be on-line
 * @param uplink bytes per second; 0 if it doesn't say
 * @param downlink bytes per second; 0 if it doesn't say
 * @param offered bytes that it would keep for others
 * @param wanted bytes that it wants kept
 * @param since when there was this node first
 * @param issued when it said so
 * @param expires when that is forgotten unless it says so again
 */
public record KnownNodeInfo(
    String owner,
    String name,
    List<String> addresses,
    boolean partner,
    String software,
    int protocol,
    String system,
    String systemVersion,
    String machine,
    int hours,
    long uplink,
    long downlink,
    long offered,
    long wanted,
    Instant since,
    Instant issued,
    Instant expires) {
  public KnownNodeInfo {
    addresses = List.copyOf(addresses);
  }

  static KnownNodeInfo of(NodeRecord record, boolean partner) {
    NodeFacts facts = record.facts();
    return new KnownNodeInfo(
        record.owner().toString(),
        facts.name(),
        record.addresses().stream().map(NodeAddress::toString).toList(),
        partner,
        facts.software(),
        facts.protocol(),
        facts.platform().name(),
        facts.platform().version(),
        facts.platform().machine(),
        facts.schedule().size(),
        facts.uplink(),
        facts.downlink(),
        facts.offered(),
        facts.wanted(),
        facts.since(),
        record.age().issued(),
        record.age().expires());
  }
}
