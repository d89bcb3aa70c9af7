package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.DiskFull;
import kith.index.HeldHead;
import kith.index.HeldShard;
import kith.index.HoldingStore;
import kith.index.LedgerEntry;
import kith.index.LedgerPosition;
import kith.index.NoSuchShardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what partners ask about what is kept for them: blocks, lists, heads, ledgers. */
final class Holdings {
  private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

  private final LocalNode self;
  private final HoldingStore store;
  private final PartnerBook book;
  private final ReadingBack reading;

  Holdings(LocalNode self, HolderService.Disk disk, PartnerBook book) {
    this.self = self;
    this.store = disk.store();
    this.reading = disk.reading();
    this.book = book;
  }

  Reply get(Request.Get get, Partner owner, Credential by) throws IOException, KithException {
    if (get.count() > Protocol.GET_BLOCKS) {
      throw new NotPermittedException(
          "at most " + Protocol.GET_BLOCKS + " blocks can be had at once, not " + get.count());
    }
    long wanted = (long) get.count() * ShardLayout.SEALED_BLOCK;
    reading.take(owner, by, get.purpose(), wanted);
    long had = 0;
    try {
      byte[] blocks = store.read(owner.id(), get.shard(), get.first(), get.count());
      had = blocks.length;
      return blocks(owner.id(), get.shard(), ByteBuffer.wrap(blocks));
    } finally {
      reading.giveBack(owner, get.purpose(), wanted - had);
    }
  }

  private Reply blocks(OwnerId owner, ShardName name, ByteBuffer blocks) throws IOException {
    return store.findTrash(owner, name).isPresent()
        ? new Reply.Blocks(blocks, true, takeOut(owner, name))
        : new Reply.Blocks(blocks);
  }

  /** Who reads what was dropped needs it: it is kept again, as if it had been put. */
  private Optional<SignedRecord> takeOut(OwnerId owner, ShardName name) throws IOException {
    try {
      LedgerEntry entry = store.restore(owner, name, self.now().toEpochMilli());
      LOG.warn("found-in-trash: {} of {} is read and kept again", name, owner.brief());
      long generation = store.ledgerPosition(owner).generation();
      return Optional.of(PutAck.about(owner, self, generation, entry).signedBy(self.identity()));
    } catch (NoSuchShardException e) {
      return Optional.empty(); // another reader was first
    } catch (CorruptDataException e) {
      LOG.warn("found-in-trash: {} of {} is damaged: {}", name, owner.brief(), e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      if (!DiskFull.is(e)) {
        throw e;
      }
      LOG.warn("found-in-trash: {} of {} stays there: no room", name, owner.brief());
      return Optional.empty();
    }
  }

  Reply list(Request.ListShards list, Partner owner, Credential by)
      throws IOException, KithException {
    List<HeldShard> held = store.list(owner.id(), list.after(), list.limit() + 1);
    boolean more = held.size() > list.limit();
    List<Reply.Listed> listed = held.stream().limit(list.limit()).map(Holdings::listed).toList();
    reading.takeList(owner, by, ShardListing.length(listed));
    return new Reply.Shards(listed, more);
  }

  private static Reply.Listed listed(HeldShard shard) {
    return new Reply.Listed(
        shard.name(),
        shard.descriptor(),
        shard.sealedLength(),
        shard.merkleRoot(),
        shard.sequence());
  }

  Reply putHead(Request.HeadPut put, Credential from) throws IOException, KithException {
    byte[] bytes = new byte[put.payload().remaining()];
    put.payload().duplicate().get(bytes);
    HeadRecord head = HeadRecord.parse(bytes);
    if (!head.owner().equals(from.owner()) || head.epoch() != from.epoch()) {
      throw new NotPermittedException("a node puts only heads of its own owner and epoch");
    }
    long epoch = book.takeovers().epoch(head.owner(), store.observedMillis());
    store.putHead(head.owner(), new HeldHead(head.epoch(), head.generation(), bytes), epoch);
    book.takeovers().headCame(from, store.observedMillis());
    HeadAck ack = HeadAck.of(head, self.identity().owner(), self.now());
    return new Reply.HeadDone(ack.signedBy(self.identity()));
  }

  Reply head(Request.HeadGet get, OwnerId owner) throws IOException {
    List<HeldHead> heads = new ArrayList<>(store.heads(owner));
    if (book.takeovers().refusesAny(owner) || book.takeovers().isRekeyed(owner)) {
      heads.removeIf(head -> isRefused(owner, head));
    }
    if (get.back() >= heads.size()) {
      return new Reply.HeadFound(heads.size(), MessageCodec.NOTHING);
    }
    return new Reply.HeadFound(heads.size(), ByteBuffer.wrap(heads.get(get.back()).record()));
  }

  /**
   * Whether a machine that the owner does not want has made it, from his kit perhaps, or it is by a
   * key that he has replaced.
   */
  private boolean isRefused(OwnerId owner, HeldHead head) {
    try {
      Credential by = HeadRecord.parse(head.record()).record().signers().get(0);
      return book.takeovers().refuses(owner, by) || book.takeovers().isReplaced(owner, by);
    } catch (CorruptDataException e) {
      LOG.warn("a head of {} is not served: {}", owner.brief(), e.getMessage());
      return true;
    }
  }

  /** Countersigns where the owner believes his ledger to be, if it was there. */
  Reply checkpoint(Request.CheckpointPropose propose, OwnerId owner)
      throws IOException, KithException {
    propose.checkpoint().requireSigners(owner);
    Checkpoint checkpoint = Checkpoint.of(propose.checkpoint());
    OwnerId me = self.identity().owner();
    if (!checkpoint.owner().equals(owner) || !checkpoint.holder().equals(me)) {
      throw new NotPermittedException("the checkpoint is of another ledger");
    }
    LedgerPosition end = store.ledgerPosition(owner);
    if (checkpoint.generation() != end.generation() || checkpoint.count() > end.count()) {
      throw new CorruptDataException(
          "the ledger here is of generation "
              + end.generation()
              + " with "
              + end.count()
              + " entries, not "
              + checkpoint.generation()
              + " with "
              + checkpoint.count());
    }
    LedgerPosition there = store.ledgerPosition(owner, checkpoint.count());
    if (!there.digest().equals(checkpoint.digest())) {
      throw new CorruptDataException(
          "the ledgers differ before entry " + checkpoint.count() + ": compare them");
    }
    SignedRecord both = propose.checkpoint().signedBy(self.identity());
    book.checkpointHere(owner, both);
    return new Reply.Checkpointed(both);
  }

  Reply ledger(Request.LedgerGet get, OwnerId owner) throws IOException, KithException {
    LedgerPosition end = store.ledgerPosition(owner);
    List<LedgerEntry> entries =
        get.from() >= end.count() ? List.of() : store.ledgerEntries(owner, get.from(), get.limit());
    ByteBuffer out = ByteBuffer.allocate(entries.size() * LedgerEntry.SIZE);
    entries.forEach(entry -> out.put(entry.toBytes()));
    return new Reply.LedgerPart(end.generation(), end.count(), end.digest(), out.flip());
  }
}
