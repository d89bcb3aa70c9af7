package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * The rows of the invitations. What reads one and then writes it holds this object's monitor. Safe
 * for any number of threads.
 */
final class InvitationRows {
  private static final int ID_SHOWN = 4;

  private final Rows rows;

  InvitationRows(Rows rows) {
    this.rows = rows;
  }

  /** A row with its key. */
  record Found(byte[] id, InvitationRow row) {
    String name() {
      return HexFormat.of().formatHex(id, 0, ID_SHOWN);
    }

    Optional<InvitationRow.Spoken> spoken() {
      return row.spoken();
    }

    boolean isNumbered(int number) {
      return spoken().filter(form -> form.code().number() == number).isPresent();
    }

    boolean isNamed(String which) {
      return which.equals(name())
          || spoken().filter(form -> which.equals("" + form.code().number())).isPresent();
    }

    InvitationSummary summary(Instant now) {
      return new InvitationSummary(
          name(),
          spoken().map(form -> OptionalInt.of(form.code().number())).orElse(OptionalInt.empty()),
          row.state(now),
          row.expires(),
          row.terms(),
          spoken().map(InvitationRow.Spoken::guesses).orElse(0),
          spoken().flatMap(InvitationRow.Spoken::via));
    }
  }

  /**
   * @throws NotPermittedException if there is none
   */
  InvitationRow get(byte[] id) throws IOException, KithException {
    byte[] row = rows.get(Table.INVITATIONS, id);
    if (row == null) {
      throw new NotPermittedException("this invitation is not known here, or was withdrawn");
    }
    return InvitationRow.parse(row);
  }

  /** Durable on return. */
  void put(byte[] id, InvitationRow row) throws IOException {
    rows.apply(new Update().put(Table.INVITATIONS, id, row.toBytes()));
    rows.sync();
  }

  List<Found> all() throws IOException, CorruptDataException {
    var found = new ArrayList<Found>();
    var damaged = new ArrayList<CorruptDataException>();
    rows.scan(
        Table.INVITATIONS,
        new byte[0],
        null,
        (key, value) -> {
          try {
            found.add(new Found(key.clone(), InvitationRow.parse(value)));
          } catch (CorruptDataException e) {
            damaged.add(e);
          }
          return true;
        });
    if (!damaged.isEmpty()) {
      throw damaged.get(0);
    }
    return found;
  }

  /** What the open ones offer, in bytes together; damaged ones can't be used by anybody. */
  long promised(Instant now) throws IOException {
    long[] sum = {0};
    rows.scan(
        Table.INVITATIONS,
        new byte[0],
        null,
        (key, value) -> {
          sum[0] = Promises.plus(sum[0], offered(value, now));
          return true;
        });
    return sum[0];
  }

  private static long offered(byte[] value, Instant now) {
    try {
      InvitationRow row = InvitationRow.parse(value);
      return row.state(now) == InvitationState.OPEN ? row.terms().offered() : 0;
    } catch (CorruptDataException e) {
      return 0;
    }
  }

  /** The one with that number in words: the one that is open, else the last to expire. */
  Optional<Found> find(int number, Instant now) throws IOException, CorruptDataException {
    Comparator<Found> open =
        Comparator.comparing(found -> found.row().state(now) == InvitationState.OPEN);
    return all().stream()
        .filter(found -> found.isNumbered(number))
        .max(open.thenComparing(found -> found.row().expires()));
  }

  /** Forgets those; durable on return. Returns how many there were. */
  synchronized int remove(Predicate<Found> which) throws IOException, CorruptDataException {
    var update = new Update();
    int count = 0;
    for (Found found : all()) {
      if (which.test(found)) {
        update.delete(Table.INVITATIONS, found.id());
        count++;
      }
    }
    if (count > 0) {
      rows.apply(update);
      rows.sync();
    }
    return count;
  }

  /**
   * Counts that somebody shows words, before it is known whether they are right; durable on return,
   * so that no crash gives him another try.
   *
   * @return how often words were shown, with this time
   * @throws NotPermittedException if the invitation is not the guest's to use any more
   */
  synchronized int guess(byte[] id, OwnerId guest, Instant now) throws IOException, KithException {
    InvitationRow row = get(id);
    Invitations.checkUsable(row, guest, now);
    InvitationRow.Spoken form = row.spoken().orElseThrow();
    put(id, row.with(form.guessed(form.guesses() + 1)));
    return form.guesses() + 1;
  }

  /** The words that were counted last are right: the invitation is the guest's; durable. */
  synchronized InvitationRow met(byte[] id, OwnerId guest) throws IOException, KithException {
    InvitationRow row = get(id);
    InvitationRow.Spoken form = row.spoken().orElseThrow();
    if (!form.met().orElse(guest).equals(guest)) {
      throw new NotPermittedException("this code has been used already: ask for a new one");
    }
    InvitationRow met = row.with(form.guessed(form.guesses() - 1).metBy(guest));
    put(id, met);
    return met;
  }
}
