package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.ChunkCodec;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks from wherever they are: a cache of opened chunks, this machine's packs, the
 * partners. A pack that is damaged here is noted, and the partners are asked instead; a chunk that
 * is not where its reference says is looked up by its id. Safe for many threads.
 */
public final class ChunkStore implements ChunkSource {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);

  private final Parts parts;
  private final BlockCache<ChunkKey> cache;
  private final Flights<ChunkKey, byte[]> flights = new Flights<>();

  /**
   * What a store works with.
   *
   * @param local empty in a restore view
   */
  public record Parts(
      ChunkCodecs codecs,
      Optional<ChunkStoreLocal> local,
      PlacementSource placements,
      Fetcher fetcher,
      Events events) {}

  /**
   * @param cacheBytes of opened chunks kept
   */
  public ChunkStore(Parts parts, long cacheBytes) {
    this.parts = parts;
    this.cache = new BlockCache<>(cacheBytes);
  }

  @Override
  public byte[] chunk(ChunkRef ref) throws IOException, KithException {
    byte[] cached = cache.get(ref.key());
    return cached != null ? cached : flights.share(ref.key(), () -> read(ref));
  }

  @Override
  public Optional<byte[]> local(ChunkRef ref, boolean again) {
    byte[] cached = cache.get(ref.key());
    if (cached != null) {
      return Optional.of(cached);
    }
    byte[] raw = onThisMachine(ref);
    if (raw == null || raw.length != ref.rawLength()) {
      return Optional.empty();
    }
    if (again) {
      cache.put(ref.key(), raw);
    }
    return Optional.of(raw);
  }

  @Override
  public boolean isContent(ChunkRef ref, byte[] bytes) {
    return parts.codecs.isContent(PackKind.DATA, ref.pack(), ref.key(), bytes);
  }

  private byte[] read(ChunkRef ref) throws IOException, KithException {
    byte[] raw = onThisMachine(ref);
    if (raw == null) {
      raw = remote(ref);
    }
    if (raw.length != ref.rawLength()) {
      throw new CorruptDataException(
          "a chunk of pack " + ref.pack() + " has another length than its reference says");
    }
    cache.put(ref.key(), raw);
    return raw;
  }

  /** The chunk from this machine, or null. */
  private byte[] onThisMachine(ChunkRef ref) {
    if (parts.local.isEmpty()) {
      return null;
    }
    byte[] raw = opened(parts.local.get(), ref);
    if (raw != null) {
      return raw;
    }
    try {
      Optional<ChunkRef> now = parts.local.get().resealed(ref);
      return now.isEmpty() ? null : opened(parts.local.get(), now.get());
    } catch (IOException e) {
      LOG.warn("what became of pack {} cannot be looked up", ref.pack(), e);
      return null;
    }
  }

  private byte[] opened(ChunkStoreLocal local, ChunkRef ref) {
    try {
      Optional<ChunkStoreLocal.Found> record = local.record(ref);
      return record.isEmpty()
          ? null
          : parts.codecs.openOwn(record.get().kind(), ref.key(), record.get().sealed());
    } catch (IOException | CorruptDataException e) {
      local.damaged(ref.pack(), e);
      return null;
    }
  }

  /** The chunk from partners, or from where it lies by now if not where the reference says. */
  private byte[] remote(ChunkRef ref) throws IOException, KithException {
    try {
      return fromPartners(ref);
    } catch (CorruptDataException | NotEnoughShardsException e) {
      Optional<ChunkPlace> place = parts.placements.chunk(ChunkCodec.idOf(ref.key()));
      if (place.isEmpty() || place.get().pack().equals(ref.pack())) {
        throw e;
      }
      ChunkRef now = place.get().ref(ref.key());
      byte[] raw = onThisMachine(now);
      return raw != null ? raw : fromPartners(now);
    }
  }

  private byte[] fromPartners(ChunkRef ref) throws IOException, KithException {
    Optional<PackPlacement> known = parts.placements.placement(ref.pack());
    if (known.isEmpty()) {
      return fromPartners(ref, searched(ref.pack()));
    }
    try {
      return fromPartners(ref, known.get());
    } catch (NotEnoughShardsException e) {
      Optional<PackPlacement> searched = parts.placements.searched(known.get().pack());
      if (searched.isEmpty() || searched.equals(known)) {
        throw e;
      }
      return fromPartners(ref, searched.get());
    }
  }

  private PackPlacement searched(PackId pack) throws IOException, KithException {
    return parts
        .placements
        .searched(pack)
        .orElseThrow(
            () ->
                new NotEnoughShardsException(
                    "pack " + pack + " is not here, and no partner is known to have it"));
  }

  private byte[] fromPartners(ChunkRef ref, PackPlacement placement)
      throws IOException, KithException {
    checkInside(ref, placement);
    byte[] record = parts.fetcher.read(placement, ref.offset(), ref.length());
    return parts.codecs.open(placement.kind(), ref.pack(), ref.key(), record);
  }

  private static void checkInside(ChunkRef ref, PackPlacement placement)
      throws CorruptDataException {
    boolean inside = ref.offset() >= 0 && ref.length() > 0;
    if (!inside || (long) ref.offset() + ref.length() > placement.packLength()) {
      throw new CorruptDataException("a reference points outside pack " + ref.pack());
    }
  }
}
