package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.PackId;
import kith.codec.SealedShard;
import kith.index.PackStore;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.ReadPurpose;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves placed shards to other holders, one at a time and the most urgent first: the shard is made
 * again for the new holder and put, and only with his signed word the row names him. What is under
 * way stands in META, so that it goes on with the same holder after a crash:
 *
 * <pre>
 *   moving.PACK INDEX -> owner id of the new holder
 *   moved             -> u64, counts moves; there until a head names the new places
 *   networks          -> fingerprint of where partners are u64, since when, ms since 1970 i64
 * </pre>
 *
 * For one thread, but for {@link #isBehind}, {@link #plan} and {@link #hurry}.
 */
final class Mover {
  private static final Logger log = LoggerFactory.getLogger(Mover.class);
  private static final byte[] MOVED = "moved".getBytes(StandardCharsets.UTF_8);
  private static final byte[] MOVING = "moving.".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NETWORKS = "networks".getBytes(StandardCharsets.UTF_8);

  /** Nothing moves to be better separated before partners have been where they are for so long. */
  static final Duration SETTLED = Duration.ofHours(24);

  /** Between two moves that only separate better. */
  static final Duration UNHURRIED = Duration.ofSeconds(10);

  /** All packs are looked at again after so long, or when the partners have changed. */
  static final Duration REPLAN = Duration.ofMinutes(1);

  /** The same where there was nothing to move. */
  static final Duration REST = Duration.ofMinutes(10);

  /** Until a pack or holder that failed is tried again. */
  static final Duration AGAIN = Duration.ofMinutes(2);

  /** So long moves are gathered for one head. */
  static final Duration GATHER = Duration.ofMinutes(10);

  private final Parts parts;
  private final Map<PackId, Long> later = new HashMap<>();
  private final Map<OwnerId, Long> unavailable = new HashMap<>();
  private MovePlan plan = MovePlan.NONE;
  private List<HolderCandidate> planned = List.of();
  private int next;
  private long planAt = Long.MIN_VALUE;
  private long notBefore = Long.MIN_VALUE;
  private boolean brought;
  private boolean hurried;
  private volatile boolean hurry;
  private volatile boolean busy;
  private volatile long firstUnpublished = Long.MAX_VALUE;
  private volatile long lastHead;

  /**
   * What it works with.
   *
   * @param partners who may get shards
   * @param deadline of a put
   */
  record Parts(
      Rows rows,
      PackStore store,
      PackHealer healer,
      PackEncoder encoder,
      ShardTransport transport,
      Supplier<List<HolderCandidate>> partners,
      PlacementPolicy policy,
      Shipper shipper,
      InstantSource clock,
      Duration deadline) {}

  Mover(Parts parts) {
    this.parts = parts;
  }

  /** How many moves no published head knows of yet; 0 if it names the places of all. */
  static long behind(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, MOVED);
    return row == null ? 0 : RowKeys.first(row);
  }

  /** A head must be published that tells where shards and partners are now. */
  static void note(RowView rows, Update update) throws IOException {
    update.put(Table.META, MOVED, RowKeys.of(behind(rows) + 1));
  }

  /** A head has been published that names all places up to such a {@link #behind}. */
  static void published(RowView rows, Update update, long upTo) throws IOException {
    if (upTo > 0 && behind(rows) == upTo) {
      update.delete(Table.META, MOVED);
    }
  }

  /** Sees moves that are under way. */
  @FunctionalInterface
  interface UnderWay {
    void move(PackId pack, int index, OwnerId to);
  }

  /** Visits the moves that were begun and are not noted as done. */
  static void visit(RowView rows, UnderWay visitor) throws IOException {
    byte[] end = MOVING.clone();
    end[end.length - 1]++;
    rows.scan(
        Table.META,
        MOVING,
        end,
        (key, value) -> {
          if (key.length != MOVING.length + PackId.SIZE + 1 || value.length != OwnerId.SIZE) {
            throw new IOException("damaged row of a move");
          }
          byte[] pack = Arrays.copyOfRange(key, MOVING.length, MOVING.length + PackId.SIZE);
          visitor.move(new PackId(pack), key[key.length - 1] & 0xff, new OwnerId(value));
          return true;
        });
  }

  /** Whether it is time to publish what was moved. */
  boolean isBehind() throws IOException {
    if (behind(parts.rows) == 0) {
      firstUnpublished = Long.MAX_VALUE;
      return false;
    }
    long now = parts.clock.millis();
    long head = Published.last(parts.rows).map(Published::generation).orElse(0L);
    if (head != lastHead) {
      lastHead = head; // what was moved since is gathered anew
      firstUnpublished = now;
    }
    firstUnpublished = Math.min(firstUnpublished, now);
    return !busy || now - firstUnpublished >= GATHER.toMillis();
  }

  /** How far it is; looks at all packs. */
  MoveProgress progress() throws IOException {
    MovePlan now = plan();
    return new MoveProgress(now.packs(), now.bytes(), now.stuck());
  }

  /** What should move now; looks at all packs. */
  MovePlan plan() throws IOException {
    return MovePlan.of(parts.rows, parts.policy, parts.partners.get(), isSettled());
  }

  /** Until there is nothing more to move, what is not urgent is done at once, too. */
  void hurry() {
    hurry = true;
  }

  /** Whether a pack came to this machine to be coded anew, since the last call. */
  boolean broughtSome() {
    boolean some = brought;
    brought = false;
    return some;
  }

  /** Moves one shard; returns 1 if there may be more to do at once. */
  int tick() throws IOException {
    List<HolderCandidate> partners = parts.partners.get();
    watch(partners);
    long now = parts.clock.millis();
    Duration rest = plan.moves().isEmpty() ? REST : REPLAN;
    if (hurry) {
      hurry = false;
      hurried = true;
      planned = List.of();
      later.clear();
      unavailable.clear();
    }
    if (now - planAt >= rest.toMillis() || now < planAt || hasChanged(partners)) {
      plan = MovePlan.of(parts.rows, parts.policy, partners, isSettled());
      planned = partners;
      planAt = now;
      next = 0;
      later.values().removeIf(until -> until <= now);
      unavailable.values().removeIf(until -> until <= now);
    }
    while (next < plan.moves().size()) {
      MovePlan.Move move = plan.moves().get(next);
      boolean waits = move.isIdle() && mustWait(now);
      if (waits) {
        break;
      }
      next++;
      if (!move.isForLater() && !isLater(move.pack(), now) && begin(move, partners)) {
        busy = true;
        return 1;
      }
    }
    busy = false;
    hurried = false;
    return 0;
  }

  /** What is not urgent comes after everything else, and slowly. */
  private boolean mustWait(long now) {
    boolean early = now < notBefore && notBefore - now <= UNHURRIED.toMillis();
    return !hurried && (early || parts.shipper.progress().packs() > 0);
  }

  private boolean hasChanged(List<HolderCandidate> now) {
    return !now.stream()
        .map(this::standing)
        .toList()
        .equals(planned.stream().map(this::standing).toList());
  }

  /** Who is there now matters only where something is to be moved. */
  private List<Object> standing(HolderCandidate partner) {
    boolean there = plan.moves().isEmpty() || partner.reachable();
    return List.of(
        partner.owner(),
        there,
        partner.standing().level(),
        partner.doubtful(),
        partner.networks(),
        partner.system());
  }

  private boolean isLater(PackId pack, long now) {
    Long until = later.get(pack);
    return until != null && now < until && until - now <= AGAIN.toMillis();
  }

  private boolean isUnavailable(OwnerId holder, long now) {
    Long until = unavailable.get(holder);
    return until != null && now < until && until - now <= AGAIN.toMillis();
  }

  /** Notes where partners are, and since when nothing of that has changed. */
  private void watch(List<HolderCandidate> partners) throws IOException {
    long fingerprint = 0;
    for (HolderCandidate partner : partners) {
      int where = 31 * partner.networks().hashCode() + partner.system().name().hashCode();
      fingerprint += partner.owner().prefix() * 31 + where;
    }
    byte[] row = parts.rows.get(Table.META, NETWORKS);
    boolean same =
        row != null
            && row.length == 2 * Long.BYTES
            && ByteBuffer.wrap(row).getLong() == fingerprint
            && ByteBuffer.wrap(row).getLong(Long.BYTES) <= parts.clock.millis();
    if (!same) {
      byte[] now =
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(fingerprint)
              .putLong(parts.clock.millis())
              .array();
      parts.rows.applyUpkeep(new Update().put(Table.META, NETWORKS, now));
    }
  }

  private boolean isSettled() throws IOException {
    byte[] row = parts.rows.get(Table.META, NETWORKS);
    return row != null
        && row.length == 2 * Long.BYTES
        && parts.clock.millis() - ByteBuffer.wrap(row).getLong(Long.BYTES) >= SETTLED.toMillis();
  }

  /** Does a move, or what must come before it; false if it cannot be done now. */
  private boolean begin(MovePlan.Move move, List<HolderCandidate> partners) throws IOException {
    try {
      boolean anew =
          Recoder.isTooWide(move.row(), partners.size())
              && parts.policy.codeFor(partners).isPresent();
      return anew ? bring(move) : move(move);
    } catch (NotEnoughShardsException e) {
      log.debug("pack {} is moved when its partners are back", move.pack(), e);
    } catch (CorruptDataException e) {
      log.info("a shard of pack {} is not moved: {}", move.pack(), e.getMessage());
    } catch (KithException e) {
      log.debug("a shard of pack {} is not moved now: {}", move.pack(), e.getMessage());
    }
    later.put(move.pack(), parts.clock.millis() + AGAIN.toMillis());
    return false;
  }

  /** A pack that is to be coded anew must be here whole. */
  private boolean bring(MovePlan.Move move) throws IOException, KithException {
    if (parts.store.exists(move.pack())) {
      return false;
    }
    parts.healer.sound(move.pack(), purpose(move));
    brought = true;
    return true;
  }

  /** Holders give more for a partner who is lost than for better places. */
  private static ReadPurpose purpose(MovePlan.Move move) {
    return move.reason() == MovePlan.Reason.HOLDER
        ? new ReadPurpose.Repair(move.from())
        : ReadPurpose.COURTESY;
  }

  /** Tries one after the other of those who could have the shard. */
  private boolean move(MovePlan.Move move) throws IOException, KithException {
    byte[] pack = null;
    for (OwnerId to : targets(move)) {
      if (!isStill(move, to)) {
        continue; // another of its shards has just gone there
      }
      pack = pack == null ? parts.healer.anywhere(move.pack(), purpose(move)) : pack;
      SealedShard shard = parts.encoder.encodeOne(pack, move.code(), move.index(), to);
      Optional<byte[]> ack = put(move, shard);
      if (ack.isPresent()) {
        return done(move, shard, ack.get());
      }
    }
    return false;
  }

  /** The holder's signed word; empty if he does not take it now. */
  private Optional<byte[]> put(MovePlan.Move move, SealedShard shard) throws IOException {
    OwnerId to = shard.holder();
    parts.rows.applyUpkeep(new Update().put(Table.META, moving(move), to.toBytes()));
    parts.rows.sync(); // a holder must not have what no row tells of
    try {
      return Optional.of(Awaiting.result(parts.transport.put(shard, parts.deadline)));
    } catch (KithException e) {
      log.debug("{} does not take {}: {}", to.brief(), shard.name(), e.getMessage());
      unavailable.put(to, parts.clock.millis() + AGAIN.toMillis());
      return Optional.empty();
    }
  }

  private boolean done(MovePlan.Move move, SealedShard shard, byte[] ack) throws IOException {
    boolean done = parts.shipper.alone(() -> placed(move, shard, ack));
    if (done) {
      log.debug("shard {} of pack {} is at {}", move.index(), move.pack(), shard.holder());
      parts.shipper.sealed(move.pack());
      notBefore = parts.clock.millis() + UNHURRIED.toMillis();
    }
    return done;
  }

  /** First where it was to go before a crash, if he is as good as any. */
  private List<OwnerId> targets(MovePlan.Move move) throws IOException {
    long now = parts.clock.millis();
    List<OwnerId> able =
        new ArrayList<>(move.to().stream().filter(id -> !isUnavailable(id, now)).toList());
    byte[] row = parts.rows.get(Table.META, moving(move));
    if (row != null && row.length == OwnerId.SIZE && able.remove(new OwnerId(row))) {
      able.add(0, new OwnerId(row));
    }
    return able;
  }

  /** Whether the rows say what the plan was made of. */
  private boolean isStill(MovePlan.Move move, OwnerId to) throws IOException {
    Optional<PackRow> row = PackRows.live(parts.rows, move.pack());
    if (row.isEmpty() || !row.get().code().equals(move.row().code())) {
      return false;
    }
    List<ShardRow> shards = PackRows.shards(parts.rows, move.pack(), move.code());
    ShardRow shard = shards.get(move.index());
    return shard.state() == ShardState.PLACED
        && shard.holder().equals(move.from())
        && shards.stream().noneMatch(other -> other.holder().equals(to))
        && parts.partners.get().stream().anyMatch(partner -> partner.owner().equals(to));
  }

  /** Lets the row name the new holder, while the shipper changes no rows. */
  private boolean placed(MovePlan.Move move, SealedShard shard, byte[] ack) throws IOException {
    Update update = new Update().delete(Table.META, moving(move));
    boolean still = isStill(move, shard.holder());
    if (still) {
      byte[] row = ShardRow.placed(parts.clock.millis(), shard, ack).encode();
      update.put(Table.SHARDS, ShardRow.key(move.pack(), move.index()), row);
      RunBook.moved(parts.rows, update, move.pack());
      note(parts.rows, update);
    }
    parts.rows.applyUpkeep(update);
    return still;
  }

  private static byte[] moving(MovePlan.Move move) {
    byte[] key = ShardRow.key(move.pack(), move.index());
    return ByteBuffer.allocate(MOVING.length + key.length).put(MOVING).put(key).array();
  }
}
