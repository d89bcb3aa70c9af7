package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.index.Rows;

/**
 * What was read back, by class: at a holder a line for each owner, at an owner one for each holder,
 * and both count the same bytes. Kept in memory and written in groups, so that a crash forgets at
 * most {@link #GROUP} bytes of each, in the reader's favour. Bounded. Safe for any number of
 * threads.
 */
final class ReadBook {
  /** Rows of the book that a holder keeps. */
  static final String GIVEN = "given";

  /** Rows of the book that an owner keeps. */
  static final String TAKEN = "taken";

  /** Bytes after which a line is written. */
  static final long GROUP = 4 << 20;

  /** So many lines at most. */
  static final int MOST = 1024;

  private static final OwnerRows.Form<ReadAccount> FORM =
      new OwnerRows.Form<>(ReadAccount::toRow, ReadAccount::ofRow, ReadAccount.OLDEST);

  private final InstantSource clock;
  private final OwnerRows<ReadAccount> rows;
  private final Map<OwnerId, Unwritten> unwritten = new HashMap<>();

  /** A line that is newer than its row. */
  private record Unwritten(ReadAccount account, long bytes) {}

  /**
   * What may be read.
   *
   * @param courtesyPerDay bytes
   * @param repairPerLost bytes, for each lost partner
   */
  record Limits(long courtesyPerDay, long repairPerLost) {}

  /**
   * Reads the rows; damaged ones are forgotten.
   *
   * @param name {@link #GIVEN} or {@link #TAKEN}
   */
  ReadBook(Rows rows, String name, InstantSource clock) throws IOException {
    this.clock = clock;
    this.rows = new OwnerRows<>(rows, name, FORM, MOST);
  }

  /**
   * Counts bytes before they are read.
   *
   * @throws NotYetException if they are more than may be read now; then nothing is counted
   */
  synchronized void take(OwnerId other, ReadPurpose purpose, long bytes, Limits limits)
      throws IOException, NotYetException {
    long now = clock.millis();
    ReadAccount account = account(other).at(now, limits);
    long wait = account.waitFor(purpose, bytes, limits, now);
    if (wait > 0) {
      put(other, account, 0); // a clock that went back counts from here on, also for who is refused
      throw new NotYetException(
          purpose.kind() == ReadClass.REPAIR
              ? "what may be read to repair what that partner had is used up"
              : "what may be read back a day, "
                  + limits.courtesyPerDay()
                  + " bytes, is used up; a declared restore has no limit",
          Duration.ofMillis(wait));
    }
    put(other, account.with(purpose, bytes, now), bytes);
  }

  /** So many of the bytes that were counted were not read after all. */
  synchronized void giveBack(OwnerId other, ReadPurpose purpose, long bytes) throws IOException {
    if (bytes > 0) {
      put(other, account(other).with(purpose, -bytes, clock.millis()), -bytes);
    }
  }

  /** How long until so many bytes may be read, in ms; 0 if they may now. */
  synchronized long waitFor(OwnerId other, ReadPurpose purpose, long bytes, Limits limits) {
    long now = clock.millis();
    return account(other).at(now, limits).waitFor(purpose, bytes, limits, now);
  }

  private ReadAccount account(OwnerId other) {
    return find(other).orElse(ReadAccount.NEW);
  }

  /** The line of one. */
  synchronized Optional<ReadAccount> find(OwnerId other) {
    Unwritten newer = unwritten.get(other);
    return newer == null ? rows.find(other) : Optional.of(newer.account);
  }

  private void put(OwnerId other, ReadAccount account, long bytes) throws IOException {
    Unwritten before = unwritten.get(other);
    long sum = bytes + (before == null ? 0 : before.bytes);
    if (sum >= GROUP) {
      unwritten.remove(other);
      rows.put(other, account);
    } else {
      unwritten.put(other, new Unwritten(account, sum));
    }
  }

  /** Writes all lines; durable with the next commit. */
  synchronized void write() throws IOException {
    for (Map.Entry<OwnerId, Unwritten> each : unwritten.entrySet()) {
      rows.put(each.getKey(), each.getValue().account);
    }
    unwritten.clear();
  }
}
