package kith.index;

import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.ShardName;

/**
 * What an entry of a ledger says, apart from its place in the chain.
 *
 * @param kind what was done
 * @param shard with which shard
 * @param sealedLength length of the sealed shard in bytes
 * @param merkleRoot of the sealed shard
 * @param holderTime when, by the holder's clock, in ms since 1970
 */
public record LedgerChange(
    Kind kind, ShardName shard, long sealedLength, Digest merkleRoot, long holderTime) {
  /** What was done with a shard. */
  public enum Kind {
    PUT(1),
    DROP(2);

    private final int tag;

    Kind(int tag) {
      this.tag = tag;
    }

    /** The byte that stands for this kind. */
    public int tag() {
      return tag;
    }

    static Kind of(int tag) throws CorruptDataException {
      for (Kind kind : values()) {
        if (kind.tag == tag) {
          return kind;
        }
      }
      throw new CorruptDataException("ledger entry of unknown kind " + tag);
    }
  }
}
