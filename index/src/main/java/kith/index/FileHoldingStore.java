package kith.index;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;

/**
 * Keeps others' shards in files of their own, with rows as an index that is rebuilt from the files
 * and ledgers where it is lost. Opening it brings rows, files and ledgers into accord.
 */
public final class FileHoldingStore implements HoldingStore {
  /** So many shards are removed from an owner's trash before the next owner's. */
  private static final int EMPTIED_AT_ONCE = 256;

  /** Longest sealed shard: a whole pack of 16 MiB with its seals, in bytes. */
  static final long MAX_SEALED = 17L << 20;

  private final Disk disk;
  private final Path held;
  private final Path ledgers;
  private final OwnerId holder;
  private final Rows rows;
  private final TrashTime time;
  private final Map<OwnerId, HeldOwner> owners = new ConcurrentHashMap<>();
  private final AtomicLong unfinished = new AtomicLong();

  /**
   * @param home whose directories are used
   * @param holder this node's owner
   * @param rows of the same home; not closed with the store
   */
  public FileHoldingStore(Home home, OwnerId holder, Rows rows) throws IOException {
    this(Disk.real(), home.held(), home.ledgers(), holder, rows);
  }

  FileHoldingStore(Disk disk, Path held, Path ledgers, OwnerId holder, Rows rows)
      throws IOException {
    this.disk = disk;
    this.held = held;
    this.ledgers = ledgers;
    this.holder = holder;
    this.rows = rows;
    this.time = new TrashTime(rows);
    for (String name : disk.list(held)) {
      if (name.endsWith(HeldPlace.FORGOTTEN)) {
        OwnerId gone = ownerOf(name.substring(0, name.length() - HeldPlace.FORGOTTEN.length()));
        if (gone != null) {
          remove(HeldPlace.of(disk, held, ledgers, gone, holder));
        }
      }
    }
    for (String name : disk.list(held)) {
      OwnerId owner = ownerOf(name);
      if (owner != null) {
        owners.put(owner, open(owner));
      }
    }
  }

  private static OwnerId ownerOf(String directoryName) {
    try {
      return directoryName.length() == 2 * OwnerId.SIZE
          ? new OwnerId(HexFormat.of().parseHex(directoryName))
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private HeldOwner open(OwnerId owner) throws IOException {
    return new HeldRecovery(HeldPlace.of(disk, held, ledgers, owner, holder), rows, time).open();
  }

  /** The owner's part, begun if there is none yet. */
  private HeldOwner of(OwnerId owner) throws IOException {
    HeldOwner there = owners.get(owner);
    if (there != null) {
      return there;
    }
    synchronized (owners) {
      there = owners.get(owner);
      if (there == null) {
        disk.makeDirectory(HeldPlace.of(disk, held, ledgers, owner, holder).directory());
        there = open(owner);
        owners.put(owner, there);
      }
      return there;
    }
  }

  @Override
  public IncomingShard begin(OwnerId owner, ShardName name, byte[] descriptor, long sealedLength)
      throws IOException, NotPermittedException {
    if (descriptor.length > MAX_DESCRIPTOR) {
      throw new NotPermittedException("a descriptor of " + descriptor.length + " bytes");
    }
    if (sealedLength < 1 || sealedLength > MAX_SEALED) {
      throw new NotPermittedException("a shard of " + sealedLength + " bytes");
    }
    HeldOwner part = of(owner);
    Path shard = part.place().shard(name);
    String fileName = shard.getFileName() + "." + unfinished.incrementAndGet();
    Path path = shard.resolveSibling(fileName + HeldPlace.UNFINISHED);
    return new FileIncomingShard(part, name, descriptor, sealedLength, path);
  }

  @Override
  public byte[] read(OwnerId owner, ShardName name, int firstBlock, int count)
      throws IOException, CorruptDataException, NotPermittedException {
    HeldShard shard = find(owner, name).orElse(null);
    if (shard == null) {
      shard =
          findTrash(owner, name)
              .map(TrashedShard::shard)
              .orElseThrow(() -> new NoSuchShardException("shard " + name + " is not kept here"));
    }
    long start = (long) firstBlock * ShardLayout.SEALED_BLOCK;
    long end = start + (long) count * ShardLayout.SEALED_BLOCK;
    if (firstBlock < 0 || count < 1 || end - ShardLayout.SEALED_BLOCK >= shard.sealedLength()) {
      throw new NotPermittedException(
          "shard " + name + " has no " + count + " blocks from " + firstBlock);
    }
    int length = (int) (Math.min(end, shard.sealedLength()) - start);
    return of(owner).read(name, start, length);
  }

  @Override
  public Optional<HeldShard> find(OwnerId owner, ShardName name) throws IOException {
    HeldOwner part = owners.get(owner);
    return part == null ? Optional.empty() : Optional.ofNullable(part.find(name));
  }

  @Override
  public boolean isWhole(OwnerId owner, ShardName name) throws IOException {
    HeldOwner part = owners.get(owner);
    HeldShard shard = part == null ? null : part.find(name);
    return shard != null && ShardCheck.isWhole(part.place(), shard);
  }

  @Override
  public List<HeldShard> list(OwnerId owner, ShardName after, int limit) throws IOException {
    List<HeldShard> shards = new ArrayList<>();
    if (limit > 0) {
      HeldRows.scan(
          rows,
          owner,
          after,
          shard -> {
            shards.add(shard);
            return shards.size() < limit;
          });
    }
    return shards;
  }

  @Override
  public List<OwnerId> owners() {
    return owners.keySet().stream().sorted().toList();
  }

  @Override
  public long usedBytes(OwnerId owner) {
    HeldOwner part = owners.get(owner);
    return part == null ? 0 : part.totals().bytes() + part.totals().trash().bytes();
  }

  @Override
  public long trashBytes(OwnerId owner) {
    HeldOwner part = owners.get(owner);
    return part == null ? 0 : part.totals().trash().bytes();
  }

  @Override
  public long droppedUpTo(OwnerId owner) {
    HeldOwner part = owners.get(owner);
    return part == null ? 0 : part.totals().trash().droppedUpTo();
  }

  @Override
  public Optional<TrashedShard> findTrash(OwnerId owner, ShardName name) throws IOException {
    return owners.containsKey(owner)
        ? HeldTrash.find(rows, owner, name).map(this::shown)
        : Optional.empty();
  }

  private TrashedShard shown(HeldTrash.Item item) {
    return new TrashedShard(item.shard(), Duration.ofMillis(Math.max(0, item.left(time.millis()))));
  }

  @Override
  public List<TrashedShard> listTrash(OwnerId owner, ShardName after, int limit)
      throws IOException {
    List<TrashedShard> found = new ArrayList<>();
    if (limit > 0) {
      HeldTrash.scan(
          rows,
          owner,
          after,
          item -> {
            found.add(shown(item));
            return found.size() < limit;
          });
    }
    return found;
  }

  @Override
  public LedgerEntry restore(OwnerId owner, ShardName name, long holderTime)
      throws IOException, CorruptDataException {
    HeldOwner part = owners.get(owner);
    if (part == null) {
      throw new NoSuchShardException("nothing is kept here for " + owner);
    }
    String fileName = part.place().shard(name).getFileName() + "." + unfinished.incrementAndGet();
    Path path = part.place().directory().resolve(fileName + HeldPlace.UNFINISHED);
    return part.restore(name, holderTime, path);
  }

  @Override
  public int emptyTrash(long clock) throws IOException, CorruptDataException {
    time.look(clock);
    int gone = 0;
    for (HeldOwner part : owners.values()) {
      List<ShardName> due =
          HeldTrash.due(rows, part.place().owner(), time.millis(), EMPTIED_AT_ONCE);
      for (ShardName name : due) {
        gone += part.remove(name) ? 1 : 0;
      }
    }
    return gone;
  }

  @Override
  public long observedMillis() {
    return time.millis();
  }

  @Override
  public LedgerEntry drop(OwnerId owner, ShardName name, long holderTime)
      throws IOException, CorruptDataException {
    HeldOwner part = owners.get(owner);
    if (part == null) {
      throw new NoSuchShardException("nothing is kept here for " + owner);
    }
    return part.drop(name, holderTime);
  }

  @Override
  public void forget(OwnerId owner) throws IOException {
    synchronized (owners) {
      HeldOwner part = owners.remove(owner);
      if (part != null) {
        part.close();
        HeldPlace place = part.place();
        disk.delete(place.forgotten());
        try (DiskFile marker = disk.create(place.forgotten())) {
          marker.force();
        }
        disk.forceDirectory(held);
        remove(place);
      }
    }
  }

  /** Removes what is marked as forgotten; any number of times. */
  private void remove(HeldPlace place) throws IOException {
    disk.delete(place.ledger());
    disk.forceDirectory(ledgers);
    HeldRows.forget(rows, place.owner());
    rows.apply(new Update().delete(Table.HELD_OWNERS, place.owner().toBytes()));
    rows.sync();
    HexFormat hex = HexFormat.of();
    if (disk.list(held).contains(hex.formatHex(place.owner().toBytes()))) {
      for (String name : disk.list(place.directory())) {
        disk.delete(place.directory().resolve(name));
      }
      disk.forceDirectory(place.directory());
      disk.delete(place.directory());
    }
    disk.delete(place.forgotten());
    disk.forceDirectory(held);
  }

  @Override
  public LedgerPosition ledgerPosition(OwnerId owner) {
    HeldOwner part = owners.get(owner);
    return part == null ? LedgerPosition.start(owner, holder, 1) : part.ledger().position();
  }

  @Override
  public LedgerPosition ledgerPosition(OwnerId owner, long count)
      throws IOException, CorruptDataException {
    HeldOwner part = owners.get(owner);
    if (part == null && count == 0) {
      return ledgerPosition(owner);
    }
    if (part == null) {
      throw new IllegalArgumentException("nothing is kept here for " + owner);
    }
    return part.ledger().position(count);
  }

  @Override
  public List<LedgerEntry> ledgerEntries(OwnerId owner, long from, int limit)
      throws IOException, CorruptDataException {
    HeldOwner part = owners.get(owner);
    return part == null ? List.of() : part.ledger().entries(from, limit);
  }

  @Override
  public void putHead(OwnerId owner, HeldHead head, long epoch)
      throws IOException, NotPermittedException {
    of(owner).putHead(head, epoch);
  }

  @Override
  public List<HeldHead> heads(OwnerId owner) throws IOException {
    HeldOwner part = owners.get(owner);
    return part == null ? List.of() : part.heads().all();
  }

  @Override
  public void close() throws IOException {
    for (HeldOwner owner : owners.values()) {
      owner.close();
    }
  }
}
