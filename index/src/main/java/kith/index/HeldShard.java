package kith.index;

import java.util.Arrays;
import kith.codec.Digest;
import kith.codec.ShardName;

/**
 * A shard that is kept for another owner.
 *
 * @param name names it among the owner's shards
 * @param descriptor sealed by the owner, at most {@link HoldingStore#MAX_DESCRIPTOR} bytes
 * @param sealedLength of all its sealed blocks, in bytes
 * @param merkleRoot over its sealed blocks
 * @param sequence of its put in the ledger
 * @param holderTime when it was put, by our clock, in ms since 1970
 */
public record HeldShard(
    ShardName name,
    byte[] descriptor,
    long sealedLength,
    Digest merkleRoot,
    long sequence,
    long holderTime) {
  /** What its put says in the ledger. */
  LedgerChange put() {
    return new LedgerChange(LedgerChange.Kind.PUT, name, sealedLength, merkleRoot, holderTime);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeldShard that
        && name.equals(that.name)
        && Arrays.equals(descriptor, that.descriptor)
        && sealedLength == that.sealedLength
        && merkleRoot.equals(that.merkleRoot)
        && sequence == that.sequence
        && holderTime == that.holderTime;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
