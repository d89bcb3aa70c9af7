package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import kith.codec.ChunkCodec;
import kith.codec.ChunkId;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.PackEntry;
import kith.codec.PackFooter;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.PackReader;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Takes chunks into packs: finds those that are stored already, seals the others, appends them in
 * the order in which they came, and writes each full pack to the disk before its rows. Safe for
 * many threads; owns the thread that writes. {@link #submit} works in the executor, {@link #put} in
 * the caller's thread, which must not be one of the executor's.
 */
public final class PackWriter implements ChunkSink, AutoCloseable {
  /** Bytes of chunks that were submitted and have no place yet, at which {@link #submit} waits. */
  static final int MAX_IN_FLIGHT = 24 << 20;

  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Parts parts;
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final Map<Name, CompletableFuture<ChunkRef>> pending = new ConcurrentHashMap<>();
  private final Map<PackKind, PackLane> lanes = new EnumMap<>(PackKind.class);
  private final PackHolds holds = new PackHolds();
  private final PackSaver saver;
  private final AtomicLong nextSequence;

  /** A chunk of one kind. Trees and the index share a secret, but never a pack. */
  private record Name(PackKind kind, ChunkId id) {}

  /**
   * What a writer works with.
   *
   * @param keys encrypt footers
   * @param cpu where submitted chunks are worked on
   * @param headGeneration generation of the newest head
   * @param sealed hears of each pack that can be shipped, in the thread that writes
   * @param pace of all that work for it
   */
  public record Parts(
      ChunkCodecs codecs,
      DriveKeys keys,
      PackStore store,
      Rows rows,
      Executor cpu,
      InstantSource clock,
      SecureRandom random,
      LongSupplier headGeneration,
      Consumer<PackId> sealed,
      Pace pace) {}

  /**
   * @throws IOException if the rows cannot be read
   */
  public PackWriter(Parts parts) throws IOException {
    this.parts = parts;
    this.nextSequence = new AtomicLong(PackRows.lastSequence(parts.rows) + 1);
    this.saver = new PackSaver(this::save, parts.pace);
    for (PackKind kind : PackKind.values()) {
      lanes.put(kind, new PackLane(() -> newPack(kind), saver, parts.clock));
    }
  }

  /** Packs that are sealed from now on come after this one. While none is. */
  void countAfter(long sequence) {
    nextSequence.accumulateAndGet(sequence + 1, Math::max);
  }

  /**
   * Stores a chunk while the caller goes on. Waits while too much is under way.
   *
   * @param raw the whole chunk; handed over
   * @return its reference once it has a place; fails as {@link #put} does
   * @throws IOException if packs cannot be written, as on a full disk
   */
  public CompletableFuture<ChunkRef> submit(PackKind kind, byte[] raw) throws IOException {
    PackJob job = enter(kind, raw.length);
    try {
      parts.cpu.execute(() -> work(kind, job, new Raw(raw, 0, raw.length)));
    } catch (RuntimeException e) {
      lanes.get(kind).ready(job, new PackJob.Failed(e));
    }
    return job.ref;
  }

  @Override
  public ChunkRef put(PackKind kind, byte[] raw, int offset, int length)
      throws IOException, KithException {
    PackJob job = enter(kind, length);
    work(kind, job, new Raw(raw, offset, length));
    return Awaiting.result(job.ref);
  }

  /**
   * Returns when everything of this kind that was put or submitted before is in sealed packs, on
   * the disk, with its rows applied ({@code Rows.sync} is left to the caller).
   *
   * @throws IOException if a pack could not be written; it is kept, and a later flush tries again
   */
  public void flush(PackKind kind) throws IOException {
    PackLane lane = lanes.get(kind);
    lane.awaitPlaces();
    lane.close();
    saver.awaitSaved(kind);
  }

  /** As {@link #flush} of all kinds. */
  public void flushAll() throws IOException {
    for (PackKind kind : PackKind.values()) {
      PackLane lane = lanes.get(kind);
      lane.awaitPlaces();
      lane.close();
    }
    for (PackKind kind : PackKind.values()) {
      saver.awaitSaved(kind);
    }
  }

  /**
   * When the pack of this chunk is on the disk and its rows are applied: at once if it is already.
   * Seals nothing by itself. What depends on it may run in the thread that writes packs, and must
   * not wait there for packs or partners.
   *
   * @return fails with an IOException if the pack could not be written, and with that this time's
   *     wait ends; the reference stays good, and a later call waits for the next attempt. Fails,
   *     too, if the pack was dropped: then the chunk must be put again
   */
  public CompletableFuture<Void> durable(ChunkRef ref) {
    CompletableFuture<Void> attempt = saver.attempt(ref.pack());
    if (attempt != null) {
      return attempt.copy();
    }
    try {
      if (PackRows.live(parts.rows, ref.pack()).isPresent()) {
        return CompletableFuture.completedFuture(null);
      }
      throw new IOException("pack " + ref.pack() + " is gone; its chunks must be put again");
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Seals packs to which nothing came for ten minutes; returns how many. */
  public int tick() {
    return sealIdle(IDLE);
  }

  /** The keys of the drive, which packs are sealed with. */
  DriveKeys keys() {
    return parts.keys;
  }

  /** What keeps packs from being reclaimed. */
  PackHolds holds() {
    return holds;
  }

  /** Seals packs to which nothing came for a while, so that what is staged of them can go. */
  int sealIdle(Duration idle) {
    long since = parts.clock.millis() - idle.toMillis();
    return (int) lanes.values().stream().filter(lane -> lane.closeIfIdle(since)).count();
  }

  /** The pack if it is still in memory: its chunks can be read from there. */
  Optional<UnsavedPack> unsaved(PackId pack) {
    return Optional.ofNullable(saver.unsaved(pack));
  }

  private record Raw(byte[] bytes, int offset, int length) {}

  private PackJob enter(PackKind kind, int length) throws IOException {
    parts.pace.step();
    saver.awaitRoom();
    try {
      inFlight.acquire(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before a chunk was taken");
    }
    PackJob job = lanes.get(kind).enter(length);
    var unused = job.ref.whenComplete((ref, failure) -> inFlight.release(length));
    return job;
  }

  @SuppressWarnings("CatchingUnchecked") // the job's turn must come, or all behind it would wait
  private void work(PackKind kind, PackJob job, Raw raw) {
    PackJob.Outcome outcome;
    try {
      outcome = outcome(kind, raw);
    } catch (Exception | Error e) {
      outcome = new PackJob.Failed(e);
    }
    lanes.get(kind).ready(job, outcome);
  }

  private PackJob.Outcome outcome(PackKind kind, Raw raw) throws IOException {
    ChunkCodec codec = parts.codecs.of(kind);
    ChunkKey key = codec.keyOf(raw.bytes, raw.offset, raw.length);
    Name name = new Name(kind, ChunkCodec.idOf(key));
    CompletableFuture<ChunkRef> place = new CompletableFuture<>();
    var unused = place.whenComplete((ref, failure) -> forget(failure, name, place));
    CompletableFuture<ChunkRef> other = pending.putIfAbsent(name, place);
    if (other != null) {
      return new PackJob.Known(other);
    }
    try {
      // Only now: a chunk leaves the pending ones after its row is there.
      Optional<ChunkRow> stored = holds.find(() -> PackRows.liveChunk(parts.rows, kind, name.id));
      if (stored.isPresent()) {
        pending.remove(name, place);
        place.complete(stored.get().ref(key));
        return new PackJob.Known(place);
      }
      byte[] record = codec.seal(key, raw.bytes, raw.offset, raw.length);
      verify(kind, codec, key, record);
      return new PackJob.Fresh(key, name.id, record, place);
    } catch (IOException | RuntimeException | Error e) {
      place.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Opens again what was sealed: all of trees and indexes, without which nothing is found, and one
   * in eight of the chunks of files, chosen by their keys.
   */
  private static void verify(PackKind kind, ChunkCodec codec, ChunkKey key, byte[] record)
      throws IOException {
    if (kind == PackKind.DATA && (key.toBytes()[0] & 7) != 0) {
      return;
    }
    try {
      codec.open(key, record);
    } catch (CorruptDataException e) {
      throw new IOException("a chunk does not open as it was sealed: this machine errs", e);
    }
  }

  private void forget(Throwable failure, Name name, CompletableFuture<ChunkRef> place) {
    if (failure != null) {
      pending.remove(name, place);
    }
  }

  private UnsavedPack newPack(PackKind kind) {
    PackId id = parts.keys.newPack(parts.random);
    return new UnsavedPack(id, kind, parts.headGeneration.getAsLong());
  }

  /** Writes a pack, then its rows. In the saver's thread only. */
  private void save(UnsavedPack pack) throws IOException {
    Update update = written(pack);
    pack.chunks()
        .forEach((id, chunk) -> update.put(Table.CHUNKS, ChunkRow.key(id), chunk.encode()));
    holds.beside(() -> enter(pack, update));
    parts.sealed.accept(pack.id());
  }

  /** Writes a pack; returns the update that enters it. */
  private Update written(UnsavedPack pack) throws IOException {
    byte[] bytes = pack.seal(parts.keys.tree(pack.id()), parts.random);
    if (!parts.store.exists(pack.id())) {
      parts.store.write(pack.id(), bytes);
    }
    PackRow row = pack.row(nextSequence.getAndIncrement(), parts.clock.millis());
    return new Update().put(Table.PACKS, PackRow.key(pack.id()), row.encode());
  }

  /**
   * Seals by the keys of now what a pack of before a rekey has: the same records at the same
   * places, so that references to it are good for the new one.
   *
   * @param bytes of the whole pack
   * @return the new pack; empty if the one of before is not in use any more
   * @throws CorruptDataException if the pack is not sound
   */
  Optional<PackId> sealAgain(PackId before, byte[] bytes) throws IOException, CorruptDataException {
    UnsavedPack pack = copied(PackReader.open(bytes, parts.keys), bytes);
    try (var hold = holds.begin()) {
      holds.beside(
          () -> {
            holds.touch(before);
            return before;
          });
      if (PackRows.live(parts.rows, before).isEmpty()) {
        return Optional.empty();
      }
      Update update = written(pack);
      for (Map.Entry<ChunkId, ChunkRow> chunk : pack.chunks().entrySet()) {
        byte[] row = parts.rows.get(Table.CHUNKS, ChunkRow.key(chunk.getKey()));
        if (row == null || ChunkRow.decode(row).pack().equals(before)) {
          update.put(Table.CHUNKS, ChunkRow.key(chunk.getKey()), chunk.getValue().encode());
        }
      }
      Resealed.put(update, before, new Resealed(pack.id(), 0));
      holds.beside(() -> enter(pack, update));
    }
    parts.sealed.accept(pack.id());
    return Optional.of(pack.id());
  }

  private UnsavedPack copied(PackFooter footer, byte[] bytes) throws CorruptDataException {
    UnsavedPack pack = newPack(footer.kind());
    for (PackEntry entry : footer.entries()) {
      int end = entry.offset() + entry.length();
      byte[] record = Arrays.copyOfRange(bytes, entry.offset(), end);
      if (!pack.fits(record)
          || pack.append(entry.id(), record, entry.rawLength()).offset() != entry.offset()) {
        throw new CorruptDataException("pack " + footer.id() + " has records in odd places");
      }
    }
    return pack;
  }

  /** Until the end, chunks of the pack may be found among the pending ones. */
  private UnsavedPack enter(UnsavedPack pack, Update update) throws IOException {
    parts.rows.applyUpkeep(update);
    pack.chunks().keySet().forEach(id -> pending.remove(new Name(pack.kind(), id)));
    holds.touch(pack.id());
    return pack;
  }

  /** Ends the thread; what is not flushed is forgotten, and will be put again from staging. */
  @Override
  public void close() {
    saver.close();
  }
}
