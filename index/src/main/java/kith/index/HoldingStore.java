package kith.index;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/**
 * What is kept for other owners: sealed shards with their descriptors, heads, and a ledger per
 * owner. Knows no agreements: who may do what is for the caller to decide. Safe for any number of
 * threads.
 */
public interface HoldingStore extends AutoCloseable {
  /** The longest descriptor, in bytes. */
  int MAX_DESCRIPTOR = 256;

  /** The longest head record, in bytes. */
  int MAX_HEAD = 1 << 20;

  /** How many heads of an owner are kept: the newest. */
  int HEADS_KEPT = 3;

  /**
   * Begins to take in a shard. Several of one name may be on their way; the first that commits
   * stays.
   *
   * @param sealedLength of all sealed blocks, in bytes, at least 1
   * @throws NotPermittedException if descriptor or length are out of bounds
   * @throws IOException if the disk fails
   */
  IncomingShard begin(OwnerId owner, ShardName name, byte[] descriptor, long sealedLength)
      throws IOException, NotPermittedException;

  /**
   * Sealed blocks of a shard.
   *
   * @param firstBlock index of the first
   * @param count how many; the last of the shard may be short
   * @throws NoSuchShardException if it is not kept here
   * @throws NotPermittedException if the shard has no such blocks
   * @throws CorruptDataException if the file is damaged
   */
  byte[] read(OwnerId owner, ShardName name, int firstBlock, int count)
      throws IOException, CorruptDataException, NotPermittedException;

  /** A shard, if it is kept here. */
  Optional<HeldShard> find(OwnerId owner, ShardName name) throws IOException;

  /**
   * Whether a shard is kept here and its file is what was put. Reads all of it. Where it is not, a
   * commit of the same shard replaces the file, and nothing else changes.
   *
   * @return false also if the file is lost or cannot be read
   */
  boolean isWhole(OwnerId owner, ShardName name) throws IOException;

  /**
   * Shards of an owner in the order of their names.
   *
   * @param after names greater than this; null for the beginning
   * @param limit how many at most
   */
  List<HeldShard> list(OwnerId owner, ShardName after, int limit) throws IOException;

  /** Owners for whom anything is kept. */
  List<OwnerId> owners() throws IOException;

  /** Sealed bytes of all shards of an owner. */
  long usedBytes(OwnerId owner) throws IOException;

  /**
   * Removes a shard and enters that in the ledger, durably.
   *
   * @param holderTime in ms since 1970
   * @throws NoSuchShardException if it is not kept here
   */
  LedgerEntry drop(OwnerId owner, ShardName name, long holderTime)
      throws IOException, CorruptDataException;

  /**
   * Removes all that is kept for an owner: shards, heads and ledger, durably. After a crash on the
   * way the next start goes on. Nothing happens if nothing is kept.
   */
  void forget(OwnerId owner) throws IOException;

  /** The end of an owner's ledger. */
  LedgerPosition ledgerPosition(OwnerId owner) throws IOException, CorruptDataException;

  /**
   * The place in an owner's ledger after so many entries.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  LedgerPosition ledgerPosition(OwnerId owner, long count) throws IOException, CorruptDataException;

  /**
   * Entries of an owner's ledger.
   *
   * @param from sequence number of the first
   * @param limit how many at most
   */
  List<LedgerEntry> ledgerEntries(OwnerId owner, long from, int limit)
      throws IOException, CorruptDataException;

  /**
   * Keeps a head, durably, and lets go of the oldest when there are more than {@link #HEADS_KEPT}.
   *
   * @throws NotPermittedException if there is another one of this epoch and generation, if it is
   *     older than all that are kept, or too long
   */
  void putHead(OwnerId owner, HeldHead head) throws IOException, NotPermittedException;

  /** The heads of an owner that are kept and not damaged, newest first. */
  List<HeldHead> heads(OwnerId owner) throws IOException;

  @Override
  void close() throws IOException;
}
