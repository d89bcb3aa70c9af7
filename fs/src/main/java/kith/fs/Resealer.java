package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.PackBuilder;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.peer.ReadPurpose;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a rekey, seals what was written before it by the keys of now, one pack at a tick: another
 * pack gets the same chunks ({@link Resealed}) and is shipped as any; once a published head tells
 * of it, nothing needs the one of before any more, which is reclaimed. Runs of the index are merged
 * anew when nothing else is left, and then the former keys are spent. What is to be done is what
 * rows say, so a crash costs at most a pack that nothing refers to. For one thread, but for {@link
 * #isBehind} and {@link #progress}.
 */
final class Resealer {
  private static final Logger log = LoggerFactory.getLogger(Resealer.class);

  /** So many new packs may be on their way: what is written meanwhile waits for no more. */
  static final int MOST_UNDER_WAY = 4;

  /** All packs are looked at again after so long. */
  static final Duration REST = Duration.ofMinutes(1);

  /** So long new packs are gathered for one head. */
  static final Duration GATHER = Duration.ofMinutes(10);

  private final Mover.Parts parts;
  private final DriveKeys keys;
  private final Space space;
  private final PackWriter packs;
  private final RunBook runs;
  private List<PackId> waiting = new ArrayList<>();
  private long lookAt = -REST.toMillis();
  private volatile boolean busy;
  private Behind behind = new Behind(-REST.toMillis(), 0, false);
  private long readySince = -1;

  /** How much room partners have. */
  @FunctionalInterface
  interface Space {
    /** In bytes of content; none if this machine has none. */
    FileSystem.Space left() throws IOException;
  }

  /** What was found at some time, after a head. */
  private record Behind(long asOf, long head, boolean is) {}

  Resealer(Mover.Parts parts, DriveKeys keys, Space space, PackWriter packs, RunBook runs) {
    this.parts = parts;
    this.keys = keys;
    this.space = space;
    this.packs = packs;
    this.runs = runs;
  }

  /** Seals one pack anew; returns 1 if there may be more to do at once. */
  int tick() throws IOException {
    if (keys.former().isEmpty()) {
      return 0;
    }
    long now = parts.clock().millis();
    boolean rested = now - lookAt >= REST.toMillis() || now < lookAt;
    if (waiting.isEmpty() && rested) {
      waiting = find();
      lookAt = now;
    }
    busy = !waiting.isEmpty();
    if (!busy || !isRoom() || underWay() >= MOST_UNDER_WAY) {
      return 0;
    }
    PackId next = waiting.remove(waiting.size() - 1);
    return isDue(next) && seal(next) ? 1 : 0;
  }

  private boolean seal(PackId before) throws IOException {
    try {
      byte[] bytes = parts.healer().anywhere(before, ReadPurpose.COURTESY);
      Optional<PackId> now = packs.sealAgain(before, bytes);
      now.ifPresent(id -> log.debug("pack {} is sealed anew as {}", before, id));
      return true;
    } catch (CorruptDataException e) {
      log.info("pack {} is not sealed anew: {}", before, e.getMessage());
    } catch (KithException e) {
      log.debug("pack {} is sealed anew when its partners are back", before, e);
    }
    return false;
  }

  /** The packs of before, trees last: while files are sealed anew, trees may change anyway. */
  private List<PackId> find() throws IOException {
    List<PackId> trees = new ArrayList<>();
    List<PackId> found = new ArrayList<>();
    PackRows.visit(
        parts.rows(),
        (id, row) -> {
          if (row.kind() != PackKind.INDEX && isDue(id)) {
            (row.kind() == PackKind.TREE ? trees : found).add(id);
          }
        });
    trees.addAll(found);
    return trees;
  }

  private boolean isDue(PackId id) throws IOException {
    return Resealed.isFormer(id, keys)
        && PackRows.live(parts.rows(), id).isPresent()
        && !isDone(id);
  }

  /** Whether another pack has what a pack has, and was not lost since. */
  private boolean isDone(PackId id) throws IOException {
    Optional<Resealed> now = Resealed.of(parts.rows(), id);
    return now.isPresent() && PackRows.live(parts.rows(), now.get().to()).isPresent();
  }

  /** The shards of before use space, too, until partners have let go of them. */
  private boolean isRoom() throws IOException {
    FileSystem.Space left = space.left();
    long reserve = Math.max(left.totalBytes() / 20, 8L * PackBuilder.MAX_PACK);
    return left.freeBytes() > reserve;
  }

  private int underWay() throws IOException {
    Set<PackId> found = new HashSet<>();
    Resealed.visit(
        parts.rows(),
        (before, now) -> {
          if (now.head() == 0 && !Resealed.isSafe(parts.rows(), now.to()) && isDone(before)) {
            found.add(now.to());
          }
        });
    return found.size();
  }

  /** Whether it is time to publish a head. */
  synchronized boolean isBehind() throws IOException {
    long now = parts.clock().millis();
    Optional<Published> last = Published.last(parts.rows());
    if (keys.former().isEmpty() || last.isEmpty()) {
      return false;
    }
    long head = last.get().generation();
    boolean isOld = now - behind.asOf >= REST.toMillis() || now < behind.asOf;
    if (isOld || head != behind.head) {
      behind = new Behind(now, head, look(now));
    }
    return behind.is;
  }

  private boolean look(long now) throws IOException {
    if (isReady()) {
      readySince = readySince < 0 ? now : readySince;
      return !busy || now - readySince >= GATHER.toMillis();
    }
    readySince = -1;
    int spent = Resealed.spent(parts.rows(), keys).size();
    return runs.isFormer() || spent > PublishedKeys.spent(parts.rows());
  }

  /** Whether there is a new pack that the next head would tell of. */
  private boolean isReady() throws IOException {
    boolean[] ready = {false};
    Resealed.visit(
        parts.rows(),
        (before, now) -> ready[0] |= now.head() == 0 && Resealed.isSafe(parts.rows(), now.to()));
    return ready[0];
  }

  /** How far it is; looks at all packs. Empty before the first rekey. */
  Optional<ResealProgress> progress() throws IOException {
    if (keys.former().isEmpty()) {
      return Optional.empty();
    }
    Set<PackId> before = new HashSet<>();
    Map<PackId, PackId> made = new HashMap<>();
    Resealed.visit(parts.rows(), (from, now) -> made.put(now.to(), from));
    long[] bytes = new long[3];
    PackRows.visit(
        parts.rows(),
        (id, row) -> {
          if (Resealed.isFormer(id, keys)) {
            bytes[row.state() == PackState.DROPPED ? 2 : 0] += row.length();
            before.add(id);
          }
        });
    for (Map.Entry<PackId, PackId> each : made.entrySet()) {
      Optional<PackRow> now = PackRows.live(parts.rows(), each.getKey());
      boolean done = PackRows.live(parts.rows(), each.getValue()).isEmpty();
      bytes[1] += done && !before.contains(each.getKey()) ? now.map(PackRow::length).orElse(0) : 0;
    }
    return Optional.of(new ResealProgress(bytes[0], bytes[1], bytes[2]));
  }
}
