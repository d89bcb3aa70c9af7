package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.Hkdf;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.index.Table;
import kith.index.Update;

/**
 * Restores files from the partners alone, and notes of each what came of it: some that are asked
 * for, and by itself every file once a year. Which day is a file's follows from the drive's keys,
 * so nothing is kept but the notes; a day on which the node was off is made up for. For one thread.
 */
public final class Drills implements AutoCloseable {
  private static final int YEAR = 365;
  private static final int BATCH = 1000;
  private static final Duration BETWEEN_ROUNDS = Duration.ofHours(6);
  private static final Duration WHEN_REFUSED = Duration.ofHours(1);

  /** By itself a hundredth of the drive a day: over a year all of it, and half of courtesies. */
  private static final int SHARE_A_DAY = 100;

  private static final long LEAST_A_DAY = 16L << 20;

  /** The newest heads that partners have, sealed. */
  public interface Heads {
    List<byte[]> sealed() throws IOException, KithException;
  }

  /** Hears how far it is. */
  public interface Watcher {
    /** Returns whether to go on. */
    boolean goOn(long done, long all);
  }

  private final DriveEngine.Foundation base;
  private final ShardTransport shards;
  private final WrongShards wrong;
  private final Heads heads;
  private DrillSession session;
  private Instant next = Instant.MIN;
  private byte[] position = new byte[0];
  private long spentOn = Long.MIN_VALUE;
  private long spent;
  private long share;

  Drills(DriveEngine.Foundation base, ShardTransport shards, WrongShards wrong, Heads heads) {
    this.base = base;
    this.shards = shards;
    this.wrong = wrong;
    this.heads = heads;
  }

  /** What came of a file. */
  private enum Result {
    WHOLE,
    FAILED,
    /** It has changed, or no head has it yet, or it is gone. */
    SKIPPED,
    /** Partners are away, or have given enough for now: that says nothing of the file. */
    UNREAD
  }

  private record Outcome(Result result, String reason) {
    private static final Outcome SKIPPED = new Outcome(Result.SKIPPED, "");
  }

  /**
   * Drills files drawn at random.
   *
   * @param files how many at most
   */
  public DrillReport sample(long files, Watcher watcher) throws IOException, KithException {
    List<Long> drawn = draw(files);
    List<DrillReport.Failed> failed = new ArrayList<>();
    List<String> told = new ArrayList<>();
    long bytes = 0;
    long skipped = 0;
    int done = 0;
    while (done < drawn.size() && watcher.goOn(done, drawn.size()) && mayGoOn(done)) {
      long inode = drawn.get(done++);
      long size = size(inode);
      Outcome outcome = drill(inode);
      told.addAll(session.told());
      if (outcome.result == Result.SKIPPED) {
        skipped++;
      } else {
        bytes += size;
        if (outcome.result != Result.WHOLE) {
          failed.add(new DrillReport.Failed(LivePath.of(base.rows(), inode), outcome.reason));
        }
      }
    }
    end();
    count();
    return new DrillReport(done - skipped, bytes, skipped, drawn.size() - done, failed, told);
  }

  /** Whether partners let more be read; what there is of a report is not lost if none answers. */
  private boolean mayGoOn(int done) throws IOException, KithException {
    try {
      return !open().isUsedUp();
    } catch (PartnerUnavailableException e) {
      if (done == 0) {
        throw e;
      }
      return false;
    }
  }

  /** Of a file in bytes; 0 if it is gone. */
  private long size(long inode) throws IOException {
    byte[] row = base.rows().get(Table.INODES, RowKeys.of(inode));
    return row == null ? 0 : InodeRow.decode(row).size();
  }

  /** How many regular files there are. */
  public long files() throws IOException {
    long[] count = {0};
    RowScan.visit(
        base.rows(), Table.INODES, (key, row) -> count[0] += isFile(InodeRow.decode(row)) ? 1 : 0);
    return count[0];
  }

  /** Each file is as likely as any other (reservoir sampling, Vitter's algorithm R). */
  private List<Long> draw(long most) throws IOException {
    List<Long> drawn = new ArrayList<>();
    long[] seen = {0};
    RowScan.visit(
        base.rows(),
        Table.INODES,
        (key, row) -> {
          if (isFile(InodeRow.decode(row))) {
            long at = seen[0] < most ? seen[0] : base.random().nextLong(seen[0] + 1);
            seen[0]++;
            if (at == drawn.size() && at < most) {
              drawn.add(RowKeys.first(key));
            } else if (at < most) {
              drawn.set((int) at, RowKeys.first(key));
            }
          }
        });
    return drawn;
  }

  private static boolean isFile(InodeRow row) {
    return row.kind() == FileKind.REGULAR && row.size() > 0 && row.nlink() > 0;
  }

  /** Drills the next file that is due; returns 0 if none is for now. */
  public int tick() throws IOException, KithException {
    if (base.clock().instant().isBefore(next)) {
      return 0;
    }
    List<Map.Entry<byte[], byte[]>> batch = new ArrayList<>();
    base.rows()
        .scan(
            Table.INODES,
            position,
            null,
            (key, row) -> {
              batch.add(Map.entry(key, row));
              return batch.size() < BATCH;
            });
    for (Map.Entry<byte[], byte[]> each : batch) {
      long inode = RowKeys.first(each.getKey());
      if (isDue(inode, InodeRow.decode(each.getValue()))) {
        if (!mayRead()) {
          return 0;
        }
        position = RowKeys.after(each.getKey());
        return drillNext(inode) ? 1 : 0;
      }
      position = RowKeys.after(each.getKey());
    }
    if (batch.size() < BATCH) {
      endRound();
    }
    return batch.size() < BATCH ? 0 : 1;
  }

  /** Returns false if no more is to be read for now. */
  private boolean drillNext(long inode) throws IOException, KithException {
    spent += size(inode);
    Outcome outcome = drill(inode);
    var unused = session == null ? List.of() : session.told(); // events have told it
    if (outcome.result == Result.UNREAD) {
      next = base.clock().instant().plus(WHEN_REFUSED);
      end();
    }
    return outcome.result != Result.UNREAD;
  }

  private void endRound() throws IOException {
    position = new byte[0];
    next = base.clock().instant().plus(BETWEEN_ROUNDS);
    end();
    count();
  }

  /** What drills read by themselves in a day is bounded, so that others may read as well. */
  private boolean mayRead() throws IOException, KithException {
    Instant now = base.clock().instant();
    if (day(now) != spentOn) {
      spentOn = day(now);
      spent = 0;
      share = Math.max(LEAST_A_DAY, bytes() / SHARE_A_DAY);
    }
    if (spent >= share) {
      next = now.plus(WHEN_REFUSED);
      return false;
    }
    next = base.clock().instant().plus(WHEN_REFUSED); // also where it throws
    boolean may = !open().isUsedUp();
    next = may ? Instant.MIN : next;
    return may;
  }

  private long bytes() throws IOException {
    long[] bytes = {0};
    RowScan.visit(
        base.rows(),
        Table.INODES,
        (key, value) -> {
          InodeRow row = InodeRow.decode(value);
          bytes[0] += isFile(row) ? row.size() : 0;
        });
    return bytes[0];
  }

  /** A file is due from its day of the year on, until it was drilled; one that failed, daily. */
  private boolean isDue(long inode, InodeRow row) throws IOException {
    if (!isFile(row)) {
      return false;
    }
    long today = day(base.clock().instant());
    long turn = today - Math.floorMod(today - slot(inode), YEAR);
    Optional<DrillRow> last = DrillRow.of(base.rows(), inode);
    if (last.isPresent()) {
      long drilled = day(last.get().time());
      return drilled < (last.get().whole() ? turn : today);
    }
    return row.ctime().seconds() < turn * ChronoUnit.DAYS.getDuration().toSeconds();
  }

  private static long day(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), ChronoUnit.DAYS.getDuration().toSeconds());
  }

  private int slot(long inode) {
    byte[] drawn = Hkdf.derive(base.keys().tree(), "drill day 1", RowKeys.of(inode), 4);
    return Math.floorMod(ByteBuffer.wrap(drawn).getInt(), YEAR);
  }

  private DrillSession open() throws IOException, KithException {
    if (session != null && session.isPast()) {
      end();
    }
    if (session == null) {
      session = new DrillSession(base, shards, wrong, heads.sealed());
    }
    return session;
  }

  /** Drills one file and notes what came of it. */
  private Outcome drill(long inode) throws IOException, KithException {
    Optional<Published> published = Published.last(base.rows());
    if (published.isEmpty() || size(inode) == 0) {
      return Outcome.SKIPPED;
    }
    long changed = TreeRow.of(base.rows(), inode).changed();
    if (!FileSafety.isPublished(base.rows(), inode, published.get())) {
      return Outcome.SKIPPED;
    }
    Optional<String> reason;
    try {
      reason = open().compare(inode);
    } catch (PartnerUnavailableException e) {
      return new Outcome(Result.UNREAD, "cannot be read now: " + e.getMessage());
    }
    boolean isStill =
        TreeRow.of(base.rows(), inode).changed() == changed
            && size(inode) > 0
            && base.rows().get(Table.DIRTY, RowKeys.of(inode)) == null;
    if (!isStill) {
      return Outcome.SKIPPED;
    }
    Update update = new Update();
    new DrillRow(reason.isEmpty(), base.clock().instant(), changed).put(update, inode);
    base.rows().applyUpkeep(update);
    if (reason.isPresent()) {
      base.events().event("drill-failed", LivePath.of(base.rows(), inode) + ": " + reason.get());
    }
    return reason.map(why -> new Outcome(Result.FAILED, why)).orElse(new Outcome(Result.WHOLE, ""));
  }

  /** Counts anew, and forgets files that are gone. */
  private void count() throws IOException {
    Instant yearAgo = base.clock().instant().minus(YEAR, ChronoUnit.DAYS);
    Instant[] last = {Instant.EPOCH};
    long[] counts = {0, 0};
    RowScan.visit(
        base.rows(),
        Table.DRILLS,
        (key, value) -> {
          long inode = RowKeys.first(key);
          DrillRow row = DrillRow.decode(value);
          last[0] = row.time().isAfter(last[0]) ? row.time() : last[0];
          if (base.rows().get(Table.INODES, key) == null) {
            base.rows().applyUpkeep(new Update().delete(Table.DRILLS, key));
          } else if (DrillRow.of(base.rows(), inode).isPresent()) {
            counts[0] += row.whole() && row.time().isAfter(yearAgo) ? 1 : 0;
            counts[1] += row.whole() ? 0 : 1;
          }
        });
    if (last[0].isAfter(Instant.EPOCH)) {
      Update update = new Update();
      new DrillTotals(last[0], files(), counts[0], counts[1]).put(update);
      base.rows().applyUpkeep(update);
    }
  }

  private void end() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}
