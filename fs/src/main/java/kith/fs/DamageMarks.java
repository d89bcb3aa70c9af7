package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * Marks ranges of live files whose bytes are gone: their extents say so from then on, the file is
 * counted, and its owner is told. A mark ends with the extents: when the range is written, cut off
 * or deleted. Safe for many threads.
 */
final class DamageMarks {
  private static final byte[] KEY = "damaged.".getBytes(StandardCharsets.UTF_8);
  private static final int TOLD = 10_000;

  private final LiveTree live;
  private final Damage damage;
  private final Events events;
  private final Set<Told> told = new HashSet<>();

  DamageMarks(LiveTree live, Damage damage, Events events) {
    this.live = live;
    this.damage = damage;
    this.events = events;
  }

  private record Told(long inode, Extent range) {}

  Events events() {
    return events;
  }

  Damage damage() {
    return damage;
  }

  private static byte[] key(long inode) {
    return ByteBuffer.allocate(KEY.length + 8).put(KEY).putLong(inode).array();
  }

  /** A file that comes back has ranges that were gone already. */
  static void cameDamaged(Update update, long inode) {
    update.put(Table.META, key(inode), new byte[0]);
  }

  /**
   * Marks ranges that were found to be gone, but for those that have changed since.
   *
   * @param past whether they were found in frozen rows: then they are told even if the live file
   *     has other bytes there now
   */
  void found(long inode, List<Extent> ranges, boolean past) throws IOException {
    List<Extent> news = new ArrayList<>();
    for (Extent range : ranges) {
      boolean known = range instanceof Extent.Damaged;
      if (!known && (mark(inode, range) || (past && damage.isStillGone(range)))) {
        tell(inode, range, news);
      }
    }
    if (!news.isEmpty()) {
      Extent first = news.get(0);
      events.event(
          "file-damaged",
          LivePath.of(live.rows, inode)
              + ": "
              + Extents.bytes(news)
              + " bytes from "
              + first.offset()
              + " on are damaged on this machine and nowhere else: reading them fails until they"
              + " are written again");
    }
  }

  private boolean mark(long inode, Extent range) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      List<Extent> now = Extents.list(live.rows, inode, range.offset(), range.end());
      boolean same = Extents.within(now, range.offset(), range.end()).equals(List.of(range));
      if (!same || !damage.isStillGone(range)) {
        return false;
      }
      live.ancestry.inodeChanges(inode);
      Update update = new Update();
      List<Extent> covered = Extents.cut(live.rows, update, inode, range.offset(), range.end());
      Extents.put(update, inode, new Extent.Damaged(range.offset(), range.length()));
      live.rows.apply(update.put(Table.META, key(inode), new byte[0]));
      live.use.remove(covered);
      return true;
    }
  }

  private void tell(long inode, Extent range, List<Extent> news) {
    synchronized (told) {
      if (told.size() < TOLD && told.add(new Told(inode, range))) {
        news.add(range);
      }
    }
  }

  /** Whether a live file has damaged ranges. */
  static boolean isMarked(RowView rows, long inode) throws IOException {
    return rows.get(Table.META, key(inode)) != null && isDamaged(rows, inode);
  }

  /**
   * The live files that may have damaged ranges, by inode.
   *
   * @param most so many, and no more
   */
  static List<Long> marked(RowView rows, int most) throws IOException {
    List<Long> found = new ArrayList<>();
    byte[] end = KEY.clone();
    end[end.length - 1]++;
    rows.scan(
        Table.META,
        KEY,
        end,
        (key, value) -> {
          found.add(ByteBuffer.wrap(Arrays.copyOfRange(key, KEY.length, key.length)).getLong());
          return found.size() < most;
        });
    return found;
  }

  /** Whether a range of a live file is damaged now. */
  static boolean isDamaged(RowView rows, long inode) throws IOException {
    boolean[] damaged = {false};
    Extents.visit(
        rows,
        inode,
        0,
        Long.MAX_VALUE,
        extent -> {
          damaged[0] = extent instanceof Extent.Damaged;
          return !damaged[0];
        });
    return damaged[0];
  }

  /** Forgets the marks of files that are whole again; returns how many there were. */
  int tick() throws IOException {
    int forgotten = 0;
    for (long inode : marked(live.rows, Integer.MAX_VALUE)) {
      try (var operation = live.epochs.enter();
          var lock = live.locks.lock(inode)) {
        if (!isDamaged(live.rows, inode)) {
          live.rows.apply(new Update().delete(Table.META, key(inode)));
          forgotten++;
        }
      }
    }
    return forgotten;
  }
}
