package kith.fs.node;

import java.time.Instant;

/**
 * All that {@code kith broker status} says.
 *
 * @param version of Kith
 * @param process its process id
 * @param address {@code OWNER-ID@HOST:PORT} as it goes into the configuration of nodes
 * @param started when the process began to serve
 * @param nodes whose records are kept now
 * @param published records taken since the start
 * @param questions answered since the start
 * @param refused requests since the start
 * @param circuits between nodes that go through it now
 * @param carried bytes relayed since the start
 */
public record BrokerStatus(
    String version,
    long process,
    String address,
    Instant started,
    int nodes,
    long published,
    long questions,
    long refused,
    int circuits,
    long carried) {}
