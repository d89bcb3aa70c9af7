package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kith.codec.ChunkId;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardDescriptor;
import kith.codec.ShardName;
import kith.codec.ShardSealer;
import kith.fs.ChunkPlace;
import kith.fs.Flights;
import kith.fs.PackPlacement;
import kith.fs.PlacementSource;
import kith.peer.PeerClient;
import kith.peer.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Placements as something else tells them, and where they are wrong as the ledgers of the partners
 * tell: each partner is asked what it has of a pack, and believed where the descriptor that it
 * shows was sealed by the owner for that partner. Safe for many threads.
 */
final class LedgerPlacements implements PlacementSource {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerPlacements.class);
  private static final long WITHIN_SECONDS = 20;
  private static final int REMEMBERED = 4096;

  /** So long what partners told holds, also that they have too little of a pack. */
  private static final Duration HOLDS = Duration.ofMinutes(1);

  /** More shards of one pack no partner has. */
  private static final int MOST = 64;

  private final PlacementSource known;
  private final Asking asking;
  private final Flights<PackId, Optional<PackPlacement>> searches = new Flights<>();
  private final Map<PackId, Told> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<PackId, Told> eldest) {
              return size() > REMEMBERED;
            }
          });

  /**
   * What partners told last.
   *
   * @param placement empty if they have too little
   * @param at in milliseconds
   */
  private record Told(Optional<PackPlacement> placement, long at) {}

  /**
   * How partners are asked.
   *
   * @param ready lets a partner know that this is a restore
   * @param calls where they are asked, all at once
   */
  record Asking(
      DriveKeys keys,
      OwnerId owner,
      PeerClient client,
      Supplier<Collection<OwnerId>> partners,
      Ready ready,
      Executor calls,
      InstantSource clock) {}

  /** What must be said to a partner before it is asked. */
  @FunctionalInterface
  interface Ready {
    CompletableFuture<?> at(OwnerId partner);
  }

  LedgerPlacements(PlacementSource known, Asking asking) {
    this.known = known;
    this.asking = asking;
  }

  @Override
  public Optional<ChunkPlace> chunk(ChunkId id) throws IOException, KithException {
    return known.chunk(id);
  }

  @Override
  public Optional<PackPlacement> placement(PackId pack) throws IOException, KithException {
    Told before = told.get(pack);
    return before != null && before.placement.isPresent()
        ? before.placement
        : known.placement(pack);
  }

  /** A shard that a partner has shown the owner's seal of. */
  private record Shown(ShardName shard, OwnerId holder, ShardDescriptor descriptor) {}

  @Override
  public Optional<PackPlacement> searched(PackId pack) throws IOException, KithException {
    Told before = told.get(pack);
    return before != null && Math.abs(asking.clock.millis() - before.at) < HOLDS.toMillis()
        ? before.placement
        : searches.share(pack, () -> search(pack));
  }

  private Optional<PackPlacement> search(PackId pack) {
    List<Shown> shown = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (OwnerId partner : asking.partners.get()) {
      asked.add(CompletableFuture.runAsync(() -> shown.addAll(of(pack, partner)), asking.calls));
    }
    CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, WITHIN_SECONDS, TimeUnit.SECONDS)
        .join();
    Optional<PackPlacement> best;
    synchronized (shown) {
      best = placement(pack, shown);
    }
    best.ifPresent(placement -> LOG.info("partners' ledgers tell where pack {} lies", pack));
    told.put(pack, new Told(best, asking.clock.millis()));
    return best;
  }

  private List<Shown> of(PackId pack, OwnerId partner) {
    List<Shown> shown = new ArrayList<>();
    try {
      asking.ready.at(partner).handle((purpose, failure) -> purpose).join();
      for (Reply.Listed each : asking.client.list(partner, before(pack), MOST).shards()) {
        if (each.shard().pack().equals(pack)) {
          believed(partner, each).ifPresent(shown::add);
        }
      }
    } catch (KithException e) {
      LOG.debug("{} does not tell what it has of pack {}", partner.brief(), pack, e);
    }
    return shown;
  }

  private Optional<Shown> believed(OwnerId partner, Reply.Listed listed) {
    byte[] seal = asking.keys.seal(listed.shard().pack());
    try {
      var sealer = new ShardSealer(seal, asking.owner, partner, listed.shard());
      ShardDescriptor descriptor = sealer.openDescriptor(listed.descriptor());
      return Optional.of(new Shown(listed.shard(), partner, descriptor));
    } catch (CorruptDataException e) {
      LOG.info("{} shows a shard that is not sealed for it by its owner", partner.brief(), e);
      return Optional.empty();
    }
  }

  /** A name before all shards of a pack and behind those of almost all others; null for none. */
  private static ShardName before(PackId pack) {
    byte[] id = pack.toBytes();
    for (int i = id.length - 1; i >= 0; i--) {
      id[i]--;
      if (id[i] != -1) {
        return new ShardName(new PackId(id), CodeParameters.of(1, 0), 0);
      }
    }
    return null;
  }

  /** By the code of which there are most shards; empty if they are too few. */
  private static Optional<PackPlacement> placement(PackId pack, List<Shown> shown) {
    Map<CodeParameters, Map<Integer, Shown>> byCode = new HashMap<>();
    for (Shown each : shown) {
      ShardName name = each.shard;
      byCode.computeIfAbsent(name.code(), code -> new HashMap<>()).put(name.index(), each);
    }
    return byCode.entrySet().stream()
        .filter(code -> code.getValue().size() >= code.getKey().m())
        .max((one, other) -> Integer.compare(spare(one), spare(other)))
        .map(code -> placement(pack, code.getKey(), code.getValue()));
  }

  private static int spare(Map.Entry<CodeParameters, Map<Integer, Shown>> code) {
    return code.getValue().size() - code.getKey().m();
  }

  private static PackPlacement placement(
      PackId pack, CodeParameters code, Map<Integer, Shown> shown) {
    List<Optional<OwnerId>> holders = new ArrayList<>();
    for (int i = 0; i < code.n(); i++) {
      holders.add(Optional.ofNullable(shown.get(i)).map(Shown::holder));
    }
    ShardDescriptor any = shown.values().iterator().next().descriptor;
    return new PackPlacement(pack, any.kind(), any.packLength(), code, holders);
  }
}
