package kith.fs.node;

import com.fasterxml.jackson.annotation.JsonIgnore;
import kith.peer.RelayBounds;

/**
 * How this node is reached, and how it helps others to reach each other; null stands for the
 * default.
 *
 * @param map whether the router is asked to let others through to this node; true by default
 * @param relay whether partners that cannot reach each other may talk through this node, which sees
 *     nothing of it; true by default
 * @param relayCircuits how many such ways at once
 * @param relayRate of all of them together; null for the default, zero for no limit
 * @param relayPerDay bytes of all of them together
 * @param relayPerPair bytes in a day between two partners
 */
public record NetworkConfig(
    Boolean map,
    Boolean relay,
    Integer relayCircuits,
    Rate relayRate,
    ByteSize relayPerDay,
    ByteSize relayPerPair) {
  private static final int MOST_CIRCUITS = 1000;
  private static final long LEAST_BYTES = 1 << 20;

  public NetworkConfig {
    map = map == null || map;
    relay = relay == null || relay;
    NodeConfig.require(
        relayCircuits == null || (relayCircuits >= 1 && relayCircuits <= MOST_CIRCUITS),
        "'network.relayCircuits' is "
            + relayCircuits
            + ": give a number from 1 to "
            + MOST_CIRCUITS
            + ", or 'network.relay' false for none");
    requireSome("relayPerDay", relayPerDay);
    requireSome("relayPerPair", relayPerPair);
  }

  private static void requireSome(String key, ByteSize bytes) {
    NodeConfig.require(
        bytes == null || bytes.bytes() >= LEAST_BYTES,
        "'network." + key + "' is under 1 MiB: give more, or 'network.relay' false");
  }

  /** Everything at its default. */
  static NetworkConfig none() {
    return new NetworkConfig(null, null, null, null, null, null);
  }

  /** What is relayed at most. */
  @JsonIgnore
  RelayBounds bounds() {
    RelayBounds modest = RelayBounds.MODEST;
    return !relay
        ? RelayBounds.NONE
        : new RelayBounds(
            relayCircuits == null ? modest.circuits() : relayCircuits,
            relayRate == null ? modest.bytesPerSecond() : relayRate.bytesPerSecond(),
            relayPerDay == null ? modest.bytesPerDay() : relayPerDay.bytes(),
            relayPerPair == null ? modest.pairBytesPerDay() : relayPerPair.bytes());
  }
}
