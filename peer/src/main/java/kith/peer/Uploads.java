package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.codec.SpaceExhaustedException;
import kith.index.HeldShard;
import kith.index.HoldingStore;
import kith.index.IncomingShard;
import kith.index.LedgerEntry;
import kith.index.NoSuchShardException;
import kith.index.TrashedShard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shards on their way in. Requests of one shard come one after the other (the link's lanes see to
 * it), those of different shards at once.
 */
final class Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

  /** Shards on their way over one link at once. */
  static final int MAX_PER_LINK = 64;

  private record Key(Link link, ShardName shard) {}

  /**
   * @param reserved of the quota: nothing where the shard only replaces its damaged file
   */
  private record Upload(IncomingShard shard, long length, long reserved, Digest merkleRoot) {}

  private final LocalNode self;
  private final HoldingStore store;
  private final Quotas quotas;
  private final HolderService.Room room;
  private final Map<Key, Upload> uploads = new ConcurrentHashMap<>();

  /**
   * @param room on this node's disk
   */
  Uploads(LocalNode self, HoldingStore store, HolderService.Room room) {
    this.self = self;
    this.room = room;
    this.store = store;
    this.quotas = new Quotas(store);
  }

  Reply open(Request.PutOpen open, Link from, Partner partner) throws IOException, KithException {
    OwnerId owner = partner.id();
    Optional<HeldShard> held = store.find(owner, open.shard());
    if (held.isPresent()) {
      requireSame(open, held.get());
      if (store.isWhole(owner, open.shard())) {
        return here(open, owner, held.get());
      }
      LOG.warn("shard {} of {} is damaged here and taken anew", open.shard(), owner.brief());
    }
    Optional<HeldShard> trashed =
        held.isPresent()
            ? Optional.empty()
            : store.findTrash(owner, open.shard()).map(TrashedShard::shard);
    if (trashed.isPresent()) {
      requireSame(open, trashed.get());
      Optional<LedgerEntry> again = takeOut(owner, open.shard());
      if (again.isPresent()) {
        return new Reply.PutOpened(Optional.of(ack(owner, again.get())));
      }
    }
    if (held.isEmpty() && partner.isLeaving()) {
      throw new NotPermittedException("the partnership ends: no new shards are taken");
    }
    abort(new Key(from, open.shard()), owner);
    long underWay = uploads.keySet().stream().filter(key -> key.link().equals(from)).count();
    if (underWay >= MAX_PER_LINK) {
      String message = "too many shards are on their way at once";
      return new Reply.Failure(FailureKind.BUSY, message, Duration.ofSeconds(1));
    }
    if (room.bytes() - underWayBytes() < open.sealedLength()) {
      throw new SpaceExhaustedException("the holder's disk is full but for its reserve");
    }
    return begin(open, from, partner, held.isPresent() || trashed.isPresent());
  }

  /** Keeps what lies in the trash again, if it is whole; empty if the bytes must come anew. */
  private Optional<LedgerEntry> takeOut(OwnerId owner, ShardName name) throws IOException {
    try {
      return Optional.of(store.restore(owner, name, self.now().toEpochMilli()));
    } catch (CorruptDataException | NoSuchShardException e) {
      LOG.info("shard {} of {} is taken anew: {}", name, owner.brief(), e.getMessage());
      return Optional.empty();
    }
  }

  private Reply begin(Request.PutOpen open, Link from, Partner partner, boolean replaces)
      throws IOException, KithException {
    OwnerId owner = partner.id();
    if (!replaces && !quotas.reserve(partner, open.sealedLength())) {
      return quotas.full(partner, open.sealedLength());
    }
    long reserved = replaces ? 0 : open.sealedLength();
    try {
      var shard = store.begin(owner, open.shard(), open.descriptor(), open.sealedLength());
      var upload = new Upload(shard, open.sealedLength(), reserved, open.merkleRoot());
      uploads.put(new Key(from, open.shard()), upload);
      return new Reply.PutOpened(Optional.empty());
    } catch (IOException | KithException | RuntimeException e) {
      quotas.release(owner, reserved);
      throw e;
    }
  }

  /** Some of it is on the disk already: that counts twice for a moment. */
  private long underWayBytes() {
    return uploads.values().stream().mapToLong(Upload::length).sum();
  }

  private static void requireSame(Request.PutOpen open, HeldShard held)
      throws NotPermittedException {
    if (!held.merkleRoot().equals(open.merkleRoot())
        || held.sealedLength() != open.sealedLength()) {
      throw new NotPermittedException(
          "another shard of the name " + open.shard() + " is kept: shards never change");
    }
  }

  private Reply here(Request.PutOpen open, OwnerId owner, HeldShard held)
      throws IOException, KithException {
    List<LedgerEntry> entries = store.ledgerEntries(owner, held.sequence(), 1);
    if (entries.isEmpty()) {
      throw new CorruptDataException("the ledger lacks the entry of " + open.shard());
    }
    return new Reply.PutOpened(Optional.of(ack(owner, entries.get(0))));
  }

  private SignedRecord ack(OwnerId owner, LedgerEntry entry)
      throws IOException, CorruptDataException {
    long generation = store.ledgerPosition(owner).generation();
    return PutAck.about(owner, self, generation, entry).signedBy(self.identity());
  }

  private Upload underWay(Key key) throws NotPermittedException {
    Upload upload = uploads.get(key);
    if (upload == null) {
      throw new NotPermittedException("the shard " + key.shard() + " was not announced");
    }
    return upload;
  }

  Reply blocks(Request.PutBlocks blocks, Link from, Partner partner)
      throws IOException, KithException {
    var key = new Key(from, blocks.shard());
    Upload upload = underWay(key);
    try {
      upload.shard.write(blocks.offset(), blocks.payload().duplicate());
      return new Reply.Done();
    } catch (IOException | KithException | RuntimeException e) {
      abort(key, partner.id());
      throw e;
    }
  }

  /** Makes the shard durable, and only then speaks of it. */
  Reply commit(Request.PutCommit commit, Link from, Partner partner)
      throws IOException, KithException {
    var key = new Key(from, commit.shard());
    Upload upload = underWay(key);
    try {
      if (!upload.merkleRoot.equals(commit.merkleRoot())) {
        throw new CorruptDataException("the shard was announced with another Merkle root");
      }
      long time = self.now().toEpochMilli();
      LedgerEntry entry = upload.shard.commit(commit.merkleRoot(), time);
      return new Reply.PutDone(ack(partner.id(), entry));
    } finally {
      abort(key, partner.id());
    }
  }

  Reply abort(Request.PutAbort abort, Link from, Partner partner) {
    abort(new Key(from, abort.shard()), partner.id());
    return new Reply.Done();
  }

  private void abort(Key key, OwnerId owner) {
    Upload upload = uploads.remove(key);
    if (upload == null) {
      return;
    }
    quotas.release(owner, upload.reserved);
    try {
      upload.shard.abort();
    } catch (IOException e) {
      LOG.warn("what came of {} could not be removed; the next start does it", key.shard(), e);
    }
  }

  /** The link is gone: what was on its way over it will not be finished. */
  void closed(Link link) {
    for (Key key : new ArrayList<>(uploads.keySet())) {
      if (key.link().equals(link)) {
        abort(key, link.partner());
      }
    }
  }

  int underWay() {
    return uploads.size();
  }

  long reserved(OwnerId owner) {
    return quotas.reserved(owner);
  }
}
