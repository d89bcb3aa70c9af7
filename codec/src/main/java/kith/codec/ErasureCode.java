package kith.codec;

/**
 * Turns a pack into n = m + k shards of which any m give it back. Systematic and contiguous: shard
 * i below m is bytes i x shardLength onwards of the pack, the last filled up with zeros.
 * Deterministic; safe for any number of threads.
 */
public interface ErasureCode {
  /** The fastest implementation on this machine. All give the same bytes. */
  static ErasureCode of(CodeParameters parameters) {
    return new ReedSolomon(parameters, IsalKernel.load().orElseGet(TableKernel::new));
  }

  CodeParameters parameters();

  /** Length of every shard, in bytes, of a pack of that length: one m-th, rounded up. */
  default int shardLength(int packLength) {
    return (packLength + parameters().m() - 1) / parameters().m();
  }

  /**
   * @param pack at least one byte
   * @return n new arrays of shardLength bytes
   */
  byte[][] encode(byte[] pack);

  /**
   * Only the parity shards of {@link #encode}.
   *
   * @return k new arrays of shardLength bytes
   */
  byte[][] parity(byte[] pack);

  /**
   * Fills in shards, or equal ranges of shards, that are missing.
   *
   * @param shards n arrays of the same length, null where missing; the wanted ones are set
   * @param wanted indices; those present already are left alone
   * @throws NotEnoughShardsException if fewer than m are present
   */
  void reconstruct(byte[][] shards, int... wanted) throws NotEnoughShardsException;

  /**
   * The pack from any m of its shards.
   *
   * @param shards as for {@link #reconstruct}; left as they are
   * @param packLength in bytes
   */
  byte[] decode(byte[][] shards, int packLength) throws NotEnoughShardsException;
}
