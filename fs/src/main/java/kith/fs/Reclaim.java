package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of packs to which nothing refers any more, whole packs at a time: finds what
 * is needed ({@link ReclaimMarks}), and removes the rest ({@link ReclaimSweep}). If anything cannot
 * be read, nothing is removed. Runs when something was let go, and now and then. For one thread;
 * holds the turn of {@link TreeMaker} meanwhile, and gives it up for a tree that is to be made,
 * unless space is needed or it did so time and again. Notes in META, {@code whole}, as u64, at
 * which head everything that is referred to was found to have its row.
 */
final class Reclaim {
  private static final Logger log = LoggerFactory.getLogger(Reclaim.class);
  private static final Duration SELDOM = Duration.ofHours(12);
  private static final Duration PAUSE = Duration.ofSeconds(20);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

  /** So long is the pause at least, in times of how long the last round took. */
  private static final int SHARE = 20;

  /** So many rounds in a row are given up for trees. */
  private static final int MOST_GIVEN_UP = 10;

  /** A tree is to be made now; nothing is lost but time. */
  private static final class GivenUp extends IOException {
    private static final long serialVersionUID = 1;
  }

  /**
   * What it works with.
   *
   * @param source reads pages of trees
   */
  record Parts(
      ReclaimMarks.Roots roots,
      TreeMaker maker,
      PackWriter packs,
      ChunkSource source,
      ReclaimSweep sweep,
      InstantSource clock,
      Events events) {}

  private static final byte[] WHOLE = "whole".getBytes(StandardCharsets.UTF_8);

  private final Parts parts;
  private long lastLetGo = -1;
  private long nextAt;
  private long seldomAt;
  private boolean finished;
  private int givenUp;

  /** Whether packs were held or being made in the last round: they may be garbage by now. */
  private boolean passedOver;

  Reclaim(Parts parts) {
    this.parts = parts;
  }

  /**
   * Reclaims if something was let go since the last time, or that was long ago.
   *
   * @param urgent whether space is needed, so that the pause between two rounds is short
   * @return how many packs went
   */
  int tick(boolean urgent) throws IOException {
    long now = parts.clock.millis();
    if (!finished) {
      parts.sweep.finish(); // what a crash left
      finished = true;
    }
    long letGo = letGo();
    long earliest = urgent ? nextAt - PAUSE.toMillis() * 3 / 4 : nextAt;
    if (now < (letGo == lastLetGo ? seldomAt : earliest)) {
      return 0;
    }
    nextAt = now + PAUSE.toMillis();
    seldomAt = nextAt;
    try {
      int gone = round(urgent || givenUp >= MOST_GIVEN_UP);
      givenUp = 0;
      lastLetGo = passedOver ? lastLetGo : letGo;
      long took = Math.max(0, parts.clock.millis() - now);
      nextAt = now + Math.max(PAUSE.toMillis(), took * SHARE);
      seldomAt = now + SELDOM.toMillis();
      return gone;
    } catch (GivenUp e) {
      givenUp++;
      return 0;
    } catch (KithException e) {
      nextAt = now + AFTER_FAILURE.toMillis();
      seldomAt = nextAt;
      parts.events.event(
          "reclaim-stopped", "nothing is reclaimed, for a tree cannot be read: " + e.getMessage());
      return 0;
    }
  }

  /** Changes whenever something may have been let go. */
  private long letGo() throws IOException {
    ReclaimMarks.Roots roots = parts.roots;
    long published = Published.last(roots.live().rows).map(Published::generation).orElse(0L);
    return roots.live().use.letGo() + roots.snapshots().dropped() + published;
  }

  private int round(boolean toTheEnd) throws IOException, KithException {
    synchronized (parts.maker.turn) {
      long horizon = parts.packs.holds().horizon();
      Map<PackId, PackRow> dead = candidates(horizon);
      if (dead.isEmpty() || !parts.roots.heads().isComplete()) {
        return 0;
      }
      Set<PackId> needed =
          new ReclaimMarks(parts.roots, parts.source, () -> goOn(toTheEnd)).collect();
      noteWhole(needed);
      dead.keySet().removeAll(needed);
      int gone = sweep(dead, horizon);
      if (gone > 0) {
        log.info("{} packs were reclaimed, {} are needed", gone, needed.size());
      }
      return gone;
    }
  }

  /** Of the last head; only once for each. */
  private void noteWhole(Set<PackId> needed) throws IOException {
    Rows rows = parts.roots.live().rows;
    long head = Published.last(rows).map(Published::generation).orElse(0L);
    if (whole(rows) == head) {
      return;
    }
    for (PackId pack : needed) {
      Optional<PackRow> row = PackRows.pack(rows, pack);
      if (row.isEmpty() || row.get().state() == PackState.DROPPED) {
        log.info("pack {} is referred to and not known", pack);
        return;
      }
    }
    rows.applyUpkeep(new Update().put(Table.META, WHOLE, RowKeys.of(head)));
  }

  /** Generation of the head at which all that is referred to was known; 0 if it never was. */
  static long whole(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, WHOLE);
    return row == null ? 0 : RowKeys.first(row);
  }

  /** It has to be found out again. */
  static void noteDoubt(Update update) {
    update.delete(Table.META, WHOLE);
  }

  private void goOn(boolean toTheEnd) throws GivenUp {
    if (!toTheEnd && parts.maker.isAwaited()) {
      throw new GivenUp();
    }
  }

  /** The packs that nobody is making references to. */
  private Map<PackId, PackRow> candidates(long horizon) throws IOException {
    Map<PackId, PackRow> found = new HashMap<>();
    passedOver = parts.packs.holds().isHeld();
    PackRows.visit(
        parts.roots.live().rows,
        (id, row) -> {
          boolean dropped = row.state() == PackState.DROPPED;
          if (!dropped && parts.packs.holds().isTouched(id, horizon)) {
            passedOver = true;
          } else if (!dropped) {
            found.put(id, row);
          }
        });
    return found;
  }

  /** Some at a time, so that the chunks of those that go are few enough for memory. */
  private int sweep(Map<PackId, PackRow> dead, long horizon) throws IOException {
    int gone = 0;
    Map<PackId, PackRow> batch = new HashMap<>();
    long chunks = 0;
    List<Map.Entry<PackId, PackRow>> left = new ArrayList<>(dead.entrySet());
    for (int i = 0; i < left.size(); i++) {
      batch.put(left.get(i).getKey(), left.get(i).getValue());
      chunks += left.get(i).getValue().chunks();
      if (chunks >= ReclaimSweep.CHUNKS_AT_ONCE || i == left.size() - 1) {
        int removed = parts.sweep.remove(batch.keySet(), horizon);
        passedOver |= removed < batch.size();
        gone += removed;
        batch.clear();
        chunks = 0;
        RowScan.goOn();
      }
    }
    return gone;
  }
}
