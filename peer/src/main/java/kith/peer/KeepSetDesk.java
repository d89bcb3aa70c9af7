package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.HeldShard;
import kith.index.HoldingStore;
import kith.index.LedgerPosition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what an owner does not need any more, into the trash. Everything is checked before the
 * first shard is dropped: who has signed, that it is about the ledger as it is here, that nothing
 * was dropped since it was computed, and that what remains is what the owner says. One at a time;
 * safe for any number of threads.
 */
final class KeepSetDesk {
  private static final Logger LOG = LoggerFactory.getLogger(KeepSetDesk.class);
  private static final int AT_ONCE = 1000;

  /** Each makes the holder go through all shards of the owner. */
  private static final int MOST_A_MINUTE = 20;

  private final LocalNode self;
  private final HoldingStore store;
  private final PartnerBook book;
  private final Breaker breaker;
  private final SourceLimit limit;

  KeepSetDesk(LocalNode self, HoldingStore store, PartnerBook book) {
    this.self = self;
    this.store = store;
    this.book = book;
    this.breaker = new Breaker(store);
    this.limit =
        new SourceLimit(self.clock(), Duration.ofMinutes(1), MOST_A_MINUTE, 4 * MOST_A_MINUTE);
  }

  /**
   * @param asker the newest node of the owner
   */
  Reply answer(Request request, Credential asker) throws IOException, KithException {
    OwnerId owner = asker.owner();
    if (!limit.admit(owner.toString())) {
      return limit.refusal();
    }
    if (request instanceof KeepSetRequest.FarewellTell tell) {
      farewell(tell.farewell(), asker);
      return state(owner, 0);
    }
    return request instanceof KeepSetRequest.KeepSetTell tell ? tell(tell, asker) : state(owner, 0);
  }

  /** From now on his time runs; {@link Leaver} does the rest. */
  private void farewell(OwnerRecord record, Credential asker) throws IOException, KithException {
    OwnerId owner = asker.owner();
    Farewell farewell = Farewell.of(record);
    if (!farewell.owner().equals(owner) || !record.isByKeyOf(asker)) {
      throw new NotPermittedException("a farewell of another owner, or by another key of his");
    }
    Instant now = self.now();
    if (farewell.time().isAfter(now.plus(Credential.CLOCK_SLACK))
        || farewell.time().isBefore(now.minus(Farewell.LIFE))) {
      throw new NotPermittedException(
          "the farewell is dated " + farewell.time() + ", here it is " + now);
    }
    book.farewells().heard(record, store.observedMillis());
    LOG.info("farewell: {} says that it is {}", owner.brief(), farewell.gone() ? "gone" : "not");
  }

  private Reply.KeepSetTold state(OwnerId owner, long dropped) throws IOException {
    return new Reply.KeepSetTold(
        new KeepSetState(
            dropped,
            store.usedBytes(owner),
            store.trashBytes(owner),
            breaker.droppable(owner),
            breaker.untilFirst(owner).toMillis()));
  }

  private synchronized Reply tell(KeepSetRequest.KeepSetTell tell, Credential asker)
      throws IOException, KithException {
    KeepSet keep = KeepSet.of(tell.keepSet());
    check(keep, asker);
    List<HeldShard> dropped = dropped(keep, names(tell.payload()));
    long bytes = dropped.stream().mapToLong(HeldShard::sealedLength).sum();
    if (bytes > breaker.droppable(keep.owner())) {
      if (tell.override().isEmpty()) {
        return tooMuch(keep.owner(), bytes);
      }
      checkOverride(tell, asker);
      LOG.info("{} drops {} bytes by its owner key", keep.owner().brief(), bytes);
    }
    book.keepSets().applied(keep, tell.keepSet());
    for (HeldShard shard : dropped) {
      store.drop(keep.owner(), shard.name(), self.now().toEpochMilli());
    }
    LOG.info("{} dropped {} shards", keep.owner().brief(), dropped.size());
    return state(keep.owner(), dropped.size());
  }

  private static void checkOverride(KeepSetRequest.KeepSetTell tell, Credential asker)
      throws KithException {
    OwnerRecord override = tell.override().orElseThrow();
    if (!override.isByKeyOf(asker) || !override.isAbout(tell.keepSet())) {
      throw new NotPermittedException("an override of another owner, or of another keep-set");
    }
  }

  private Reply tooMuch(OwnerId owner, long bytes) throws IOException {
    long now = breaker.droppable(owner);
    return new Reply.Failure(
        FailureKind.BUSY,
        bytes
            + " bytes are too much: at most a quarter of what is kept goes within "
            + HoldingStore.TRASH_TIME.toDays()
            + " days without the owner key, now "
            + now,
        breaker.untilFirst(owner));
  }

  private void check(KeepSet keep, Credential asker) throws IOException, KithException {
    if (!keep.owner().equals(asker.owner()) || !keep.holder().equals(self.identity().owner())) {
      throw new NotPermittedException("a keep-set of others");
    }
    if (keep.epoch() != asker.epoch()) {
      throw new NotPermittedException("a keep-set of another node of this owner");
    }
    if (keep.time().isAfter(self.now().plus(Credential.CLOCK_SLACK))) {
      throw new NotPermittedException(
          "the keep-set is dated " + keep.time() + ", here it is " + self.now() + ": check clocks");
    }
    LedgerPosition end = store.ledgerPosition(keep.owner());
    LedgerPosition there = keep.ledger();
    if (there.generation() != end.generation()
        || there.count() > end.count()
        || !store.ledgerPosition(keep.owner(), there.count()).equals(there)) {
      throw new NotPermittedException("a keep-set of another ledger than the one here");
    }
    if (there.count() < store.droppedUpTo(keep.owner())) {
      throw new NotPermittedException(
          "a keep-set of before the last drop: it is used, or another came after it");
    }
  }

  /** Each once, in their order. */
  private static List<ShardName> names(ByteBuffer payload) throws CorruptDataException {
    ByteBuffer in = payload.duplicate();
    int count = in.remaining() / ShardName.SIZE;
    if (in.remaining() != count * ShardName.SIZE || count < 1 || count > KeepSet.MOST_DROPPED) {
      throw new CorruptDataException("names of " + in.remaining() + " bytes");
    }
    var names = new ArrayList<ShardName>(count);
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[ShardName.SIZE];
      in.get(bytes);
      ShardName name = ShardName.parse(bytes);
      if (i > 0 && names.get(i - 1).compareTo(name) >= 0) {
        throw new CorruptDataException("names out of order");
      }
      names.add(name);
    }
    return names;
  }

  /** The shards of those names, if the others that the keep-set speaks of are what remains. */
  private List<HeldShard> dropped(KeepSet keep, List<ShardName> names)
      throws IOException, KithException {
    Set<ShardName> wanted = new HashSet<>(names);
    var dropped = new ArrayList<HeldShard>();
    var remaining = new NamesDigest();
    ShardName after = null;
    List<HeldShard> page;
    do {
      page = store.list(keep.owner(), after, AT_ONCE);
      for (HeldShard shard : page) {
        after = shard.name();
        boolean later = shard.sequence() >= keep.ledger().count();
        if (!later && wanted.contains(shard.name())) {
          dropped.add(shard);
        } else if (!later) {
          remaining.add(shard.name());
        }
      }
    } while (page.size() == AT_ONCE);
    boolean right =
        dropped.size() == names.size()
            && remaining.count() == keep.remaining().count()
            && remaining.digest().equals(keep.remaining().names());
    if (!right) {
      throw new NotPermittedException(
          "what would remain is not what the keep-set says: nothing is dropped");
    }
    return dropped;
  }
}
