package kith.fs.node;

/**
 * What accepting allows.
 *
 * @param name as we want to be called by the inviter; may be empty
 * @param mostForThem bytes that we keep for them at most: an invitation that asks for more is
 *     refused
 * @param at where a code of words is met, {@code host:port}, or null if the code says it
 * @param force more than this node's uplink could give back, too
 */
public record AcceptTerms(String name, long mostForThem, String at, boolean force) {
  public AcceptTerms {
    name = name == null ? "" : name;
    if (mostForThem <= 0) {
      throw new IllegalArgumentException("space must be more than 0 bytes");
    }
  }
}
