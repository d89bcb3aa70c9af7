package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.MerkleTree;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;

/**
 * Keeps others' shards in memory, for tests, with faults to be switched on: a disk that fails,
 * bytes that rot, shards that vanish. Safe for any number of threads.
 */
public final class MemoryHoldingStore implements HoldingStore {
  private record Kept(HeldShard shard, byte[] sealed) {}

  /** A shard in the trash, since an observed time. */
  private record Trashed(Kept kept, long since) {}

  private static final class Part {
    final TreeMap<ShardName, Kept> shards = new TreeMap<>();
    final TreeMap<ShardName, Trashed> trash = new TreeMap<>();
    long droppedUpTo;
    final List<LedgerEntry> ledger = new ArrayList<>();
    final List<HeldHead> heads = new ArrayList<>();
  }

  private final OwnerId holder;
  private final Map<OwnerId, Part> parts = new TreeMap<>();
  private IOException failure;
  private long reads;
  private long observed;
  private Long looked;

  public MemoryHoldingStore(OwnerId holder) {
    this.holder = holder;
  }

  /** Lets everything that touches the disk fail, until called with null. */
  public synchronized void failWith(IOException error) {
    failure = error;
  }

  /** Flips a bit of a kept shard. */
  public synchronized void flipBit(OwnerId owner, ShardName name, int offset) {
    kept(owner, name).sealed()[offset] ^= 1;
  }

  /** Lets a shard vanish without an entry in the ledger. */
  public synchronized void lose(OwnerId owner, ShardName name) {
    kept(owner, name);
    part(owner).shards.remove(name);
  }

  /** How many times blocks were read. */
  public synchronized long reads() {
    return reads;
  }

  private Kept kept(OwnerId owner, ShardName name) {
    Kept kept = part(owner).shards.get(name);
    if (kept == null) {
      throw new IllegalArgumentException("no shard " + name + " of " + owner);
    }
    return kept;
  }

  private Part part(OwnerId owner) {
    return parts.getOrDefault(owner, new Part());
  }

  private void touchDisk() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public synchronized IncomingShard begin(
      OwnerId owner, ShardName name, byte[] descriptor, long sealedLength)
      throws IOException, NotPermittedException {
    touchDisk();
    if (descriptor.length > MAX_DESCRIPTOR) {
      throw new NotPermittedException("a descriptor of " + descriptor.length + " bytes");
    }
    if (sealedLength < 1 || sealedLength > FileHoldingStore.MAX_SEALED) {
      throw new NotPermittedException("a shard of " + sealedLength + " bytes");
    }
    return new Incoming(owner, name, descriptor, sealedLength);
  }

  @Override
  public synchronized byte[] read(OwnerId owner, ShardName name, int firstBlock, int count)
      throws IOException, NotPermittedException {
    touchDisk();
    Kept kept = part(owner).shards.get(name);
    if (kept == null && part(owner).trash.containsKey(name)) {
      kept = part(owner).trash.get(name).kept;
    }
    if (kept == null) {
      throw new NoSuchShardException("shard " + name + " is not kept here");
    }
    long start = (long) firstBlock * ShardLayout.SEALED_BLOCK;
    long end = start + (long) count * ShardLayout.SEALED_BLOCK;
    if (firstBlock < 0 || count < 1 || end - ShardLayout.SEALED_BLOCK >= kept.sealed().length) {
      throw new NotPermittedException("no such blocks");
    }
    reads++;
    return Arrays.copyOfRange(
        kept.sealed(), (int) start, (int) Math.min(end, kept.sealed().length));
  }

  @Override
  public synchronized Optional<HeldShard> find(OwnerId owner, ShardName name) throws IOException {
    touchDisk();
    return Optional.ofNullable(part(owner).shards.get(name)).map(Kept::shard);
  }

  @Override
  public synchronized boolean isWhole(OwnerId owner, ShardName name) throws IOException {
    touchDisk();
    Kept kept = part(owner).shards.get(name);
    return kept != null && MerkleTree.root(kept.sealed()).equals(kept.shard().merkleRoot());
  }

  @Override
  public synchronized List<HeldShard> list(OwnerId owner, ShardName after, int limit)
      throws IOException {
    touchDisk();
    TreeMap<ShardName, Kept> all = part(owner).shards;
    return (after == null ? all : all.tailMap(after, false))
        .values().stream().limit(limit).map(Kept::shard).toList();
  }

  @Override
  public synchronized List<OwnerId> owners() {
    return List.copyOf(parts.keySet());
  }

  @Override
  public synchronized long usedBytes(OwnerId owner) {
    return trashBytes(owner)
        + part(owner).shards.values().stream().mapToLong(kept -> kept.sealed().length).sum();
  }

  @Override
  public synchronized long trashBytes(OwnerId owner) {
    return part(owner).trash.values().stream().mapToLong(each -> each.kept.sealed().length).sum();
  }

  @Override
  public synchronized Optional<TrashedShard> findTrash(OwnerId owner, ShardName name) {
    return Optional.ofNullable(part(owner).trash.get(name)).map(this::shown);
  }

  private TrashedShard shown(Trashed trashed) {
    return new TrashedShard(trashed.kept.shard(), Duration.ofMillis(Math.max(0, left(trashed))));
  }

  private long left(Trashed trashed) {
    return TRASH_TIME.toMillis() - (observed - trashed.since);
  }

  @Override
  public synchronized List<TrashedShard> listTrash(OwnerId owner, ShardName after, int limit) {
    TreeMap<ShardName, Trashed> all = part(owner).trash;
    return (after == null ? all : all.tailMap(after, false))
        .values().stream().limit(limit).map(this::shown).toList();
  }

  @Override
  public synchronized LedgerEntry restore(OwnerId owner, ShardName name, long holderTime)
      throws IOException, CorruptDataException {
    touchDisk();
    Trashed trashed = part(owner).trash.get(name);
    if (trashed == null) {
      throw new NoSuchShardException("shard " + name + " is not in the trash");
    }
    HeldShard old = trashed.kept.shard();
    if (!MerkleTree.root(trashed.kept.sealed()).equals(old.merkleRoot())) {
      throw new CorruptDataException("the file of shard " + name + " is damaged");
    }
    long sequence = part(owner).ledger.size();
    var shard =
        new HeldShard(
            name, old.descriptor(), old.sealedLength(), old.merkleRoot(), sequence, holderTime);
    LedgerEntry entry = append(owner, shard.put());
    part(owner).shards.put(name, new Kept(shard, trashed.kept.sealed()));
    part(owner).trash.remove(name);
    return entry;
  }

  @Override
  public synchronized long droppedUpTo(OwnerId owner) {
    return part(owner).droppedUpTo;
  }

  @Override
  public synchronized int emptyTrash(long clock) throws IOException {
    touchDisk();
    long passed = looked == null ? 0 : Math.min(clock - looked, TrashTime.STEP.toMillis());
    observed += Math.max(0, passed);
    looked = clock;
    int gone = 0;
    for (Part part : parts.values()) {
      int before = part.trash.size();
      part.trash.values().removeIf(each -> left(each) <= 0);
      gone += before - part.trash.size();
    }
    return gone;
  }

  @Override
  public synchronized long observedMillis() {
    return observed;
  }

  @Override
  public synchronized LedgerEntry drop(OwnerId owner, ShardName name, long holderTime)
      throws IOException {
    touchDisk();
    Kept kept = part(owner).shards.remove(name);
    if (kept == null) {
      throw new NoSuchShardException("shard " + name + " is not kept here");
    }
    LedgerChange put = kept.shard().put();
    part(owner).trash.put(name, new Trashed(kept, observed));
    LedgerEntry drop =
        append(
            owner,
            new LedgerChange(
                LedgerChange.Kind.DROP, name, put.sealedLength(), put.merkleRoot(), holderTime));
    part(owner).droppedUpTo = drop.sequence() + 1;
    return drop;
  }

  @Override
  public synchronized void forget(OwnerId owner) throws IOException {
    touchDisk();
    parts.remove(owner);
  }

  private LedgerEntry append(OwnerId owner, LedgerChange change) {
    LedgerEntry entry = LedgerEntry.next(ledgerPosition(owner), change);
    parts.computeIfAbsent(owner, key -> new Part()).ledger.add(entry);
    return entry;
  }

  @Override
  public synchronized LedgerPosition ledgerPosition(OwnerId owner) {
    return ledgerPosition(owner, part(owner).ledger.size());
  }

  @Override
  public synchronized LedgerPosition ledgerPosition(OwnerId owner, long count) {
    List<LedgerEntry> ledger = part(owner).ledger;
    if (count < 0 || count > ledger.size()) {
      throw new IllegalArgumentException("the ledger has " + ledger.size() + " entries");
    }
    return count == 0
        ? LedgerPosition.start(owner, holder, 1)
        : ledger.get((int) count - 1).position(1);
  }

  @Override
  public synchronized List<LedgerEntry> ledgerEntries(OwnerId owner, long from, int limit) {
    return part(owner).ledger.stream().skip(from).limit(limit).toList();
  }

  @Override
  public synchronized void putHead(OwnerId owner, HeldHead head, long epoch)
      throws IOException, NotPermittedException {
    touchDisk();
    if (head.record().length > MAX_HEAD) {
      throw new NotPermittedException("a head of " + head.record().length + " bytes is too long");
    }
    List<HeldHead> heads = parts.computeIfAbsent(owner, key -> new Part()).heads;
    if (heads.contains(head)) {
      return;
    }
    if (heads.stream().anyMatch(there -> there.compareTo(head) == 0)) {
      throw new NotPermittedException("another head of this epoch and generation is kept");
    }
    List<HeldHead> beside =
        heads.stream().filter(there -> (there.epoch() > epoch) == (head.epoch() > epoch)).toList();
    if (beside.size() >= HEADS_KEPT && head.compareTo(beside.get(HEADS_KEPT - 1)) < 0) {
      throw new NotPermittedException("the head is older than all that are kept");
    }
    for (int i = HEADS_KEPT - 1; i < beside.size(); i++) {
      heads.remove(beside.get(i));
    }
    heads.add(head);
    heads.sort(Collections.reverseOrder());
  }

  @Override
  public synchronized List<HeldHead> heads(OwnerId owner) throws IOException {
    touchDisk();
    return List.copyOf(part(owner).heads);
  }

  @Override
  public void close() {}

  private final class Incoming implements IncomingShard {
    private final OwnerId owner;
    private final ShardName name;
    private final byte[] descriptor;
    private final byte[] sealed;
    private int received;

    Incoming(OwnerId owner, ShardName name, byte[] descriptor, long sealedLength) {
      this.owner = owner;
      this.name = name;
      this.descriptor = descriptor.clone();
      this.sealed = new byte[(int) sealedLength];
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException, NotPermittedException {
      synchronized (MemoryHoldingStore.this) {
        touchDisk();
      }
      if (offset != received || bytes.remaining() > sealed.length - received) {
        throw new NotPermittedException("bytes out of place");
      }
      int count = bytes.remaining();
      bytes.get(sealed, received, count);
      received += count;
    }

    @Override
    public long received() {
      return received;
    }

    @Override
    public LedgerEntry commit(Digest merkleRoot, long holderTime)
        throws IOException, CorruptDataException, NotPermittedException {
      if (received < sealed.length || !MerkleTree.root(sealed).equals(merkleRoot)) {
        throw new CorruptDataException("shard " + name + " does not have the root stated");
      }
      synchronized (MemoryHoldingStore.this) {
        touchDisk();
        return keep(merkleRoot, holderTime);
      }
    }

    private LedgerEntry keep(Digest merkleRoot, long holderTime) throws NotPermittedException {
      Kept there = part(owner).shards.get(name);
      long sequence = there == null ? part(owner).ledger.size() : there.shard().sequence();
      long time = there == null ? holderTime : there.shard().holderTime();
      HeldShard shard = new HeldShard(name, descriptor, sealed.length, merkleRoot, sequence, time);
      if (there != null && !there.shard().equals(shard)) {
        throw new NotPermittedException("another shard " + name + " is kept");
      }
      Trashed trashed = part(owner).trash.get(name);
      if (trashed != null && !trashed.kept.shard().merkleRoot().equals(merkleRoot)) {
        throw new NotPermittedException("another shard " + name + " is in the trash");
      }
      LedgerEntry entry =
          there == null ? append(owner, shard.put()) : part(owner).ledger.get((int) sequence);
      part(owner).shards.put(name, new Kept(shard, sealed));
      part(owner).trash.remove(name);
      return entry;
    }

    @Override
    public void abort() {}
  }
}
