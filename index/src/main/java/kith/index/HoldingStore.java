package kith.index;

import java.io.IOException;
import java.time.Duration;
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

  /** How long a dropped shard stays, as time is observed here. */
  Duration TRASH_TIME = Duration.ofDays(14);

  /** How many heads of an owner's node are kept: the newest. */
  int HEADS_KEPT = 3;

  /** With those of machines that want to take its place. */
  int MOST_HEADS = 2 * HEADS_KEPT;

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
   * Sealed blocks of a shard, also of one in the trash.
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

  /** Sealed bytes of all shards of an owner, with those in the trash. */
  long usedBytes(OwnerId owner) throws IOException;

  /** Sealed bytes of an owner's shards in the trash. */
  long trashBytes(OwnerId owner) throws IOException;

  /**
   * Puts a shard into the trash and enters that in the ledger, durably. It can be read there, and
   * put again, until its time is over.
   *
   * @param holderTime in ms since 1970
   * @throws NoSuchShardException if it is not kept here
   */
  LedgerEntry drop(OwnerId owner, ShardName name, long holderTime)
      throws IOException, CorruptDataException;

  /** A shard that lies in the trash. */
  Optional<TrashedShard> findTrash(OwnerId owner, ShardName name) throws IOException;

  /**
   * An owner's shards in the trash in the order of their names.
   *
   * @param after names greater than this; null for the beginning
   * @param limit how many at most
   */
  List<TrashedShard> listTrash(OwnerId owner, ShardName after, int limit) throws IOException;

  /**
   * Takes a shard out of the trash, which a new put in the ledger says, durably.
   *
   * @param holderTime in ms since 1970
   * @throws NoSuchShardException if it is not there
   * @throws CorruptDataException if its file is damaged
   */
  LedgerEntry restore(OwnerId owner, ShardName name, long holderTime)
      throws IOException, CorruptDataException;

  /** How many entries an owner's ledger has up to its last drop; 0 if it has none. */
  long droppedUpTo(OwnerId owner) throws IOException;

  /**
   * Looks at the clock, and removes durably what has been in the trash for long enough, some of it
   * at a time. Time is observed from call to call: at most a day from one to the next.
   *
   * @param clock ms since 1970
   * @return how many shards went
   */
  int emptyTrash(long clock) throws IOException, CorruptDataException;

  /** Time that was observed here so far, in ms; never goes back but after a power loss. */
  long observedMillis();

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
  default void putHead(OwnerId owner, HeldHead head) throws IOException, NotPermittedException {
    putHead(owner, head, Long.MAX_VALUE);
  }

  /**
   * As {@link #putHead(OwnerId, HeldHead)}, where machines may want to take the owner's place:
   * theirs push out none of the heads of his node, nor the other way round.
   *
   * @param epoch of his node; higher ones are theirs
   */
  void putHead(OwnerId owner, HeldHead head, long epoch) throws IOException, NotPermittedException;

  /** The heads of an owner that are kept and not damaged, newest first. */
  List<HeldHead> heads(OwnerId owner) throws IOException;

  @Override
  void close() throws IOException;
}
