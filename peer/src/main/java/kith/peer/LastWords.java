package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;

/**
 * What partners were told who did not hear it before the agreement ended here: a former partner who
 * comes back asks for it, and so can end it, too. Safe for any number of threads.
 */
final class LastWords {
  /** So many former partners at most. */
  static final int MOST = 1024;

  private static final OwnerRows.Form<Word> FORM =
      new OwnerRows.Form<>(Word::toRow, Word::ofRow, Comparator.comparing(Word::ended));

  private final OwnerRows<Word> words;

  /**
   * How far the end was.
   *
   * @param agreement that has ended
   * @param other the former partner
   * @param leave with the notice, and this owner's release
   * @param ended when it ended here
   */
  record Word(AgreementId agreement, OwnerId other, Leave leave, Instant ended) {
    private static final int VERSION = 1;

    /** The row: version u8 = 1, then fields. */
    byte[] toRow() {
      return Rowing.row(
          VERSION,
          new FieldWriter()
              .bytes("agreement", agreement)
              .bytes("other", other)
              .map("leave", leave, (to, said) -> said.write(to))
              .number("ended", ended.toEpochMilli()));
    }

    static Word ofRow(byte[] row) throws CorruptDataException {
      Fields in = Rowing.fields(row, VERSION, "a former partner");
      OwnerId other = in.owner("other");
      return new Word(
          new AgreementId(in.exactly("agreement", AgreementId.SIZE)),
          other,
          Leave.read(in.map("leave"), other),
          Instant.ofEpochMilli(in.count("ended")));
    }
  }

  /** Reads the rows; damaged ones are forgotten. */
  LastWords(Rows rows) throws IOException {
    words = new OwnerRows<>(rows, "ended", FORM, MOST);
  }

  /** What was said last under an agreement. */
  synchronized Optional<Leave> find(OwnerId other, AgreementId agreement) {
    return words
        .find(other)
        .filter(word -> word.agreement.equals(agreement))
        .map(word -> word.leave);
  }

  /** Keeps what a partner has not heard. */
  synchronized void keep(Partner partner, Instant now) throws IOException {
    Leave leave = partner.leave().orElseThrow();
    words.put(partner.id(), new Word(partner.agreement().id(), partner.id(), leave, now));
  }

  /** He has heard it. */
  synchronized void forget(OwnerId other) throws IOException {
    words.remove(other);
  }
}
