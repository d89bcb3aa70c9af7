package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.index.Rows;
import kith.peer.conduct.CourtesyBudget;

/**
 * The owner's side of reading back: counts what is read at each holder as he does, and asks for
 * nothing that he would refuse. Safe for any number of threads.
 */
public final class ReadPacing implements AutoCloseable {
  private final InstantSource clock;
  private final long least;
  private final ReadBook taken;
  private final Map<OwnerId, Refusal> refusals = new ConcurrentHashMap<>();

  /** A holder has said how long to wait with courtesies. */
  private record Refusal(Instant at, Duration pause) {
    /** By a clock that went back, or far ahead, it is asked again. */
    private Duration left(Instant now) {
      Duration passed = Duration.between(at, now);
      return passed.isNegative() ? Duration.ZERO : pause.minus(passed);
    }
  }

  /** Reads what was noted before. */
  public ReadPacing(Rows rows, InstantSource clock) throws IOException {
    this(rows, clock, CourtesyBudget.LEAST);
  }

  /**
   * @param least bytes that every holder lets read a day
   */
  ReadPacing(Rows rows, InstantSource clock, long least) throws IOException {
    this.clock = clock;
    this.least = least;
    this.taken = new ReadBook(rows, ReadBook.TAKEN, clock);
  }

  /**
   * Counts bytes before they are asked for.
   *
   * @param held bytes that the holder keeps for this owner
   * @return what to ask for: a repair whose budget is used up goes on as a courtesy
   * @throws NotYetException if he would refuse them now
   */
  public ReadPurpose take(Partner holder, long held, ReadPurpose wanted, long bytes)
      throws IOException, NotYetException {
    requireOver(holder);
    ReadBook.Limits limits = limits(holder, held);
    ReadPurpose purpose = wanted;
    if (wanted.kind() == ReadClass.REPAIR
        && taken.waitFor(holder.id(), wanted, bytes, limits) > 0) {
      purpose = ReadPurpose.COURTESY;
    }
    if (purpose.kind() == ReadClass.COURTESY) {
      requireNoRefusal(holder.id());
    }
    taken.take(holder.id(), purpose, bytes, limits);
    return purpose;
  }

  /** A little less than the holder's, for clocks and rounding differ. */
  private ReadBook.Limits limits(Partner holder, long held) {
    ReadBook.Limits his = ReadingBack.limits(holder, held, least);
    long day = his.courtesyPerDay();
    return day == CourtesyBudget.UNLIMITED
        ? his
        : new ReadBook.Limits(day - day / 64, his.repairPerLost());
  }

  private void requireOver(Partner holder) throws NotYetException {
    Instant now = clock.instant();
    Optional<Instant> until = holder.lockedUntil(now);
    if (until.isPresent()) {
      throw new NotYetException(
          holder.id().brief() + " is in the commitment period until " + until.get(),
          Duration.between(now, until.get()));
    }
  }

  private void requireNoRefusal(OwnerId holder) throws NotYetException {
    Duration left = refused(holder);
    if (!left.isZero()) {
      throw new NotYetException(
          holder.brief() + " lets nothing be read for " + left.toMinutes() + " minutes", left);
    }
  }

  private Duration refused(OwnerId holder) {
    Refusal refusal = refusals.get(holder);
    Duration left = refusal == null ? Duration.ZERO : refusal.left(clock.instant());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** So many of the bytes that were counted did not come. */
  public void giveBack(OwnerId holder, ReadPurpose purpose, long bytes) throws IOException {
    taken.giveBack(holder, purpose, bytes);
  }

  /** The holder says how long to wait. */
  public void refused(OwnerId holder, ReadPurpose purpose, Duration wait) {
    if (purpose.kind() == ReadClass.COURTESY) {
      refusals.put(holder, new Refusal(clock.instant(), wait));
    }
  }

  /** How long the commitment period still lasts; zero if it is over. */
  public Duration untilOver(Partner holder) {
    Instant now = clock.instant();
    return holder.lockedUntil(now).map(end -> Duration.between(now, end)).orElse(Duration.ZERO);
  }

  /** How long until a block may be read as a courtesy; zero if it may now. */
  public Duration untilReadable(Partner holder, long held) {
    Duration locked = untilOver(holder);
    if (!locked.isZero()) {
      return locked;
    }
    ReadBook.Limits limits = limits(holder, held);
    long block = ShardLayout.SEALED_BLOCK;
    Duration own =
        Duration.ofMillis(taken.waitFor(holder.id(), ReadPurpose.COURTESY, block, limits));
    Duration told = refused(holder.id());
    return own.compareTo(told) > 0 ? own : told;
  }

  /** The agreement with a holder has ended. */
  public void forget(OwnerId holder) {
    refusals.remove(holder);
  }

  /** Writes what was counted; durable with the next commit. */
  @Override
  public void close() throws IOException {
    taken.write();
  }
}
