package kith.fs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.PackId;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.codec.SpaceExhaustedException;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ships sealed packs: fixes code and holders, encodes, and puts each shard to its holder, all
 * holders at once, oldest packs first. What is still to do stands in the rows of packs and shards
 * and nowhere else, so a crash costs at most that a shard is put twice, which is no error.
 *
 * <p>Safe for many threads; they tick one after the other.
 */
public final class Shipper implements WrongShards {
  private static final Logger log = LoggerFactory.getLogger(Shipper.class);
  private static final Duration SLICE = Duration.ofMillis(200);
  private static final int MAX_DOUBTS = 4096;

  private final Parts parts;
  private final ShipperSettings settings;
  private final ShipperBacklog backlog;
  private final ShipperHolders holders;
  private final ShipperRate rate = new ShipperRate();
  private final ShipperWaiters waiters;
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final Set<Put> puts = new HashSet<>();
  private final Set<PackId> unfit = new HashSet<>();
  private final Set<ShardName> tried = new HashSet<>();
  private final Map<Doubted, Integer> doubts = new HashMap<>();
  private volatile ShipperProgress progress = new ShipperProgress(0, 0, 0, 0);

  /**
   * What a shipper works with.
   *
   * @param partners those over whom packs are spread
   */
  public record Parts(
      Rows rows,
      PackStore store,
      PackEncoder encoder,
      ShardTransport transport,
      Supplier<List<HolderCandidate>> partners,
      PlacementPolicy policy,
      InstantSource clock,
      Events events,
      Pace pace) {}

  /** Something that happened elsewhere, dealt with in the thread of {@link #tick}. */
  private interface Step {
    void run() throws IOException;
  }

  /** A shard that its holder was found not to have. */
  private record Doubted(ShardName shard, OwnerId holder) {}

  /** A put that has not ended. Compared by identity. */
  private static final class Put {
    final SealedShard shard;
    final long started;
    boolean aside;

    Put(SealedShard shard, long started) {
      this.shard = shard;
      this.started = started;
    }
  }

  public Shipper(Parts parts, ShipperSettings settings) {
    this.parts = parts;
    this.settings = settings;
    this.backlog = new ShipperBacklog(parts.rows, parts.policy);
    this.holders = new ShipperHolders(settings);
    this.waiters = new ShipperWaiters(parts.rows, parts.policy);
    rescan();
  }

  /** Tells that a pack was sealed. */
  public void sealed(PackId pack) {
    steps.add(() -> backlog.refresh(pack));
  }

  /**
   * Puts the shard again, and gives it to another when that doesn't help; until then it counts as
   * not placed.
   */
  @Override
  public void found(ShardName shard, OwnerId holder) {
    steps.add(
        () -> {
          if (doubts.size() > MAX_DOUBTS) {
            doubts.clear();
          }
          if (backlog.doubt(shard, holder, parts.clock.millis())) {
            doubts.merge(new Doubted(shard, holder), 1, Integer::sum);
          }
        });
  }

  /** Tells that rows of packs or shards were changed by others. */
  public void rescan() {
    steps.add(
        () -> {
          unfit.clear();
          backlog.reload();
        });
  }

  /** Something that is done with rows of packs and shards. */
  @FunctionalInterface
  interface RowWork<T> {
    T run() throws IOException;
  }

  /** Does something while the shipper changes no rows. The backlog must hear of it afterwards. */
  synchronized <T> T alone(RowWork<T> work) throws IOException {
    return work.run();
  }

  /** Whether shards of a pack are on their way. To be asked {@link #alone}. */
  synchronized boolean isUnderWay(PackId pack) {
    return puts.stream().anyMatch(put -> put.shard.name().pack().equals(pack));
  }

  /** Packs that cannot be shipped as they are here. */
  synchronized Set<PackId> unfit() {
    return Set.copyOf(unfit);
  }

  /**
   * Declares a pack lost that is damaged here and that too few partners have.
   *
   * @return its row; empty if that is not so, or shards of it are still under way
   */
  synchronized Optional<PackRow> giveUp(PackId pack) throws IOException {
    takeSteps(Duration.ZERO);
    Optional<PackRow> row = PackRows.live(parts.rows, pack);
    boolean underWay = puts.stream().anyMatch(put -> put.shard.name().pack().equals(pack));
    if (row.isEmpty() || underWay || isThere(pack, row.get())) {
      return Optional.empty();
    }
    PackRow lost = row.get().withState(PackState.LOST);
    parts.rows.apply(new Update().put(Table.PACKS, PackRow.key(pack), lost.encode()));
    unfit.remove(pack);
    backlog.refresh(pack);
    waiters.changed();
    return Optional.of(lost);
  }

  private boolean isThere(PackId pack, PackRow row) throws IOException {
    int there = PackRows.perhapsThere(parts.rows, pack, row);
    return row.code().isPresent() && there >= row.code().get().m();
  }

  /** How far shipping is. */
  public ShipperProgress progress() {
    return progress;
  }

  /** Whether enough shards of all these packs are placed for what is called safe. */
  public boolean isPlaced(Collection<PackId> packs) throws IOException {
    return waiters.isPlaced(packs);
  }

  /**
   * Waits until {@link #isPlaced}, while another thread ticks.
   *
   * @return false if the time has passed before
   */
  public boolean awaitPlaced(Collection<PackId> packs, Duration atMost)
      throws IOException, InterruptedException {
    return waiters.awaitPlaced(packs, atMost);
  }

  /**
   * Does what can be done now: takes up acknowledgements, encodes packs and begins puts. If there
   * is nothing of the kind but puts are under way, waits a moment for one of them.
   *
   * @return how much was done; 0 if there is nothing to do for now
   * @throws IOException if rows cannot be read or written; the next tick goes on
   */
  public int tick() throws IOException {
    parts.pace.step();
    return tickNow();
  }

  private synchronized int tickNow() throws IOException {
    int done = takeSteps(Duration.ZERO);
    letSlowOnesBe();
    done += shipAll();
    if (done == 0 && !puts.isEmpty()) {
      done = takeSteps(SLICE);
    }
    long now = parts.clock.millis();
    Optional<CodeParameters> code = parts.policy.codeFor(parts.partners.get());
    List<ShipperBacklog.Entry> left = backlog.entries();
    progress =
        new ShipperProgress(
            left.size(),
            left.stream().mapToLong(entry -> entry.bytesToShip(code)).sum(),
            rate.total(),
            rate.perSecond(now));
    return done;
  }

  private int takeSteps(Duration atMost) throws IOException {
    int done = 0;
    try {
      Step step = steps.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
      while (step != null) {
        done++;
        step.run();
        step = steps.poll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return done;
  }

  /** Puts that took too long go on, but hold up nothing any more. */
  private void letSlowOnesBe() {
    long latest = parts.clock.millis() - settings.patience().plus(heldBack()).toMillis();
    for (Put put : puts) {
      if (!put.aside && put.started <= latest) {
        setAside(put);
      }
    }
  }

  /** For how long our own limit may hold back what is under way. */
  private Duration heldBack() {
    return parts.transport.atLeast(puts.stream().mapToLong(put -> put.shard.sealed().length).sum());
  }

  private void setAside(Put put) {
    put.aside = true;
    holders.putAside(put.shard.holder());
  }

  private int shipAll() throws IOException {
    int done = 0;
    List<HolderCandidate> partners = parts.partners.get();
    for (ShipperBacklog.Entry entry : backlog.entries()) {
      if (packsInFlight() >= settings.packsInFlight()) {
        break;
      }
      if (!unfit.contains(entry.id()) && ship(entry, partners)) {
        done++;
      }
    }
    return done;
  }

  private long packsInFlight() {
    return puts.stream()
        .filter(put -> !put.aside)
        .map(put -> put.shard.name().pack())
        .distinct()
        .count();
  }

  /** Begins what puts of a pack can be begun; returns whether there were any. */
  private boolean ship(ShipperBacklog.Entry found, List<HolderCandidate> partners)
      throws IOException {
    Optional<ShipperBacklog.Entry> coded = coded(found, partners);
    if (coded.isEmpty()) {
      return false;
    }
    ShipperBacklog.Entry entry = replaceSilent(coded.get(), partners);
    List<Integer> wanted =
        IntStream.range(0, entry.shards().size())
            .filter(index -> sendable(entry, index))
            .boxed()
            .toList();
    if (wanted.isEmpty()) {
      return false;
    }
    // The rows must not be older than what a partner has.
    parts.rows.sync();
    for (SealedShard shard : encode(entry, wanted)) {
      put(shard);
    }
    return true;
  }

  private Optional<ShipperBacklog.Entry> coded(
      ShipperBacklog.Entry entry, List<HolderCandidate> partners) throws IOException {
    if (entry.row().code().isPresent()) {
      return Optional.of(entry);
    }
    Optional<CodeParameters> code = parts.policy.codeFor(partners);
    if (code.isEmpty()) {
      return Optional.empty();
    }
    long size = new ShardLayout(code.get(), entry.row().length()).sealedLength();
    List<OwnerId> chosen =
        HolderChoice.choose(
            entry.id(), code.get().n(), HolderChoice.Demand.of(entry.row().kind(), partners, size));
    return Optional.of(backlog.code(entry, code.get(), chosen, parts.clock.millis()));
  }

  /** Gives shards whose holder did not take them for too long to spare partners. */
  private ShipperBacklog.Entry replaceSilent(
      ShipperBacklog.Entry entry, List<HolderCandidate> partners) throws IOException {
    long now = parts.clock.millis();
    ShipperBacklog.Entry left = entry;
    for (int index = 0; index < entry.shards().size(); index++) {
      ShardRow shard = entry.shards().get(index);
      if (isUntrusted(entry, index)
          || (ShipperBacklog.isDue(shard) && !takes(shard.holder(), partners))
          || HolderChoice.needsReserve(entry.row(), shard, partners)
          || (ShipperBacklog.isDue(shard)
              && wasTried(entry, index)
              && shard.since() <= now - patience(entry, index, partners).toMillis())) {
        left = replace(left, index, partners);
      }
    }
    return left;
  }

  /** Nothing more is given to who counts as gone. */
  private static boolean takes(OwnerId holder, List<HolderCandidate> partners) {
    return partners.stream().anyMatch(one -> one.owner().equals(holder) && !one.gone());
  }

  private static boolean isAmong(OwnerId holder, List<HolderCandidate> partners) {
    return partners.stream().anyMatch(partner -> partner.owner().equals(holder));
  }

  /** Little with a holder who isn't there; a slow one may take as long as a put may take. */
  private Duration patience(ShipperBacklog.Entry entry, int index, List<HolderCandidate> partners) {
    OwnerId holder = entry.shards().get(index).holder();
    boolean there =
        partners.stream().anyMatch(one -> one.owner().equals(holder) && one.reachable())
            && !holders.failing(holder);
    boolean underWay = puts.stream().anyMatch(put -> isFor(put, entry.id(), index));
    return there || underWay ? settings.putDeadline().plus(heldBack()) : settings.reassignAfter();
  }

  private ShipperBacklog.Entry replace(
      ShipperBacklog.Entry entry, int index, List<HolderCandidate> partners) throws IOException {
    CodeParameters code = entry.row().code().orElseThrow();
    long size = new ShardLayout(code, entry.row().length()).sealedLength();
    long now = parts.clock.millis();
    var demand = HolderChoice.Demand.of(entry.row().kind(), partners, size);
    Optional<OwnerId> spare =
        HolderChoice.spares(entry.id(), entry.holders(), index, demand).stream()
            .filter(partner -> holders.available(partner, now))
            .findFirst();
    if (spare.isEmpty()) {
      return entry;
    }
    log.info("shard {} of pack {} goes to {}", index, entry.id(), spare.get());
    backlog.reassign(entry, index, spare.get(), now);
    return backlog.refresh(entry.id()).orElseThrow();
  }

  /**
   * Whether this process has offered the shard to its holder. One that was offered before a crash
   * may be there: another holder would have it besides, and nobody would know.
   */
  private boolean wasTried(ShipperBacklog.Entry entry, int index) {
    CodeParameters code = entry.row().code().orElseThrow();
    return tried.contains(new ShardName(entry.id(), code, index));
  }

  private boolean sendable(ShipperBacklog.Entry entry, int index) {
    ShardRow shard = entry.shards().get(index);
    return ShipperBacklog.isDue(shard)
        && takes(shard.holder(), parts.partners.get())
        && !isUntrusted(entry, index)
        && !HolderChoice.needsReserve(entry.row(), shard, parts.partners.get())
        && holders.available(shard.holder(), parts.clock.millis())
        && puts.stream().noneMatch(put -> isFor(put, entry.id(), index));
  }

  /** Whether its holder has lost the shard again after it was put a second time. */
  private boolean isUntrusted(ShipperBacklog.Entry entry, int index) {
    ShardRow shard = entry.shards().get(index);
    if (shard.state() != ShardState.SUSPECT) {
      return false;
    }
    ShardName name = new ShardName(entry.id(), entry.row().code().orElseThrow(), index);
    return doubts.getOrDefault(new Doubted(name, shard.holder()), 0) > 1;
  }

  private static boolean isFor(Put put, PackId pack, int index) {
    return put.shard.name().pack().equals(pack) && put.shard.name().index() == index;
  }

  /** The sealed shards, checked; none if the pack is damaged here, which becomes an event. */
  private List<SealedShard> encode(ShipperBacklog.Entry entry, List<Integer> wanted) {
    CodeParameters code = entry.row().code().orElseThrow();
    List<OwnerId> all = entry.holders();
    try {
      byte[] pack = parts.store.readAll(entry.id());
      if (wanted.size() == 1) {
        int index = wanted.get(0);
        return List.of(parts.encoder.encodeOne(pack, code, index, all.get(index)));
      }
      List<SealedShard> shards = parts.encoder.encode(pack, code, all);
      return wanted.stream().map(shards::get).toList();
    } catch (NoSuchFileException e) {
      unfit.add(entry.id());
      log.debug("pack {} is not here, so it is not shipped to more partners", entry.id());
      return List.of();
    } catch (IOException | CorruptDataException e) {
      unfit.add(entry.id());
      parts.events.event(
          "pack-unfit", "pack " + entry.id() + " cannot be shipped: " + e.getMessage());
      return List.of();
    }
  }

  private void put(SealedShard shard) {
    Put put = new Put(shard, parts.clock.millis());
    puts.add(put);
    tried.add(shard.name());
    if (holders.slow(shard.holder())) {
      setAside(put);
    }
    var unused =
        parts
            .transport
            .put(shard, settings.putDeadline())
            .whenComplete((ack, failure) -> steps.add(() -> ended(put, ack, failure)));
  }

  private void ended(Put put, byte[] ack, Throwable failure) throws IOException {
    SealedShard shard = put.shard;
    long held = heldBack().toMillis();
    puts.remove(put);
    if (put.aside) {
      holders.asideEnded(shard.holder());
    }
    long now = parts.clock.millis();
    if (failure != null) {
      holders.failed(shard.holder(), now);
      failed(shard, Awaiting.cause(failure));
      return;
    }
    tried.remove(shard.name());
    holders.succeeded(shard.holder(), Duration.ofMillis(now - put.started - held));
    // He may be leaving meanwhile: what he has does not count, and another gets the shard.
    if (isAmong(shard.holder(), parts.partners.get()) && backlog.placed(shard, ack, now)) {
      rate.add(shard.sealed().length, now);
      waiters.changed();
    }
  }

  private void failed(SealedShard shard, Throwable cause) throws IOException {
    if (cause instanceof PartnerUnavailableException) {
      log.debug("{} did not take {}: {}", shard.holder(), shard.name(), cause.getMessage());
      return;
    }
    parts.events.event(
        cause instanceof SpaceExhaustedException ? "partner-full" : "put-refused",
        shard.holder() + " did not take shard " + shard.name() + ": " + cause.getMessage());
    if (cause instanceof SpaceExhaustedException || cause instanceof NotPermittedException) {
      Optional<ShipperBacklog.Entry> entry = backlog.refresh(shard.name().pack());
      int index = shard.name().index();
      if (entry.isPresent() && entry.get().holders().get(index).equals(shard.holder())) {
        replace(entry.get(), index, parts.partners.get());
      }
    }
  }
}
