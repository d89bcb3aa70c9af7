package kith.fs.node;

import java.nio.file.Path;
import kith.peer.NodeAddress;
import kith.peer.RelayBounds;

/**
 * What a broker is started with.
 *
 * @param home absolute; made if it is missing, never that of a node
 * @param listen where nodes reach it
 * @param connectionsPerSecond from one address; 0 for no limit
 * @param relay what it carries between nodes that cannot reach each other
 * @param nodesPerAddress whose records are kept, sixteen times as many of one network; 0 for no
 *     limit
 */
public record BrokerStart(
    Path home,
    NodeAddress listen,
    int connectionsPerSecond,
    int nodesPerAddress,
    RelayBounds relay) {}
