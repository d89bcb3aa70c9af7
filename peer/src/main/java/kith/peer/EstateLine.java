package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import kith.codec.CorruptDataException;
import kith.peer.conduct.EstateTerm;

/**
 * How it stands with what is kept for one owner. Immutable.
 *
 * @param agreement under which it is kept
 * @param returned when he got his place back last; the beginning of 1970 for never
 */
record EstateLine(EstateTerm term, AgreementId agreement, Instant returned) {
  static final Comparator<EstateLine> OLDEST = Comparator.comparing(line -> line.term.at());

  private static final int VERSION = 2;
  private static final int FIRST_VERSION = 1;
  private static final long MAX_MILLIS = Duration.ofDays(36_600).toMillis();

  static EstateLine begin(AgreementId agreement, Instant now) {
    return new EstateLine(EstateTerm.begin(now), agreement, Instant.EPOCH);
  }

  /** With the next state; notes when an owner has his place back. */
  EstateLine with(EstateTerm next) {
    boolean back =
        term.phase() == EstateTerm.Phase.ESTATE && next.phase() == EstateTerm.Phase.PARTNER;
    return new EstateLine(next, agreement, back ? next.at() : returned);
  }

  /** The row: version u8 = 2, then fields. */
  byte[] toRow() {
    return Rowing.row(
        VERSION,
        new FieldWriter()
            .number("phase", term.phase().tag())
            .number("cause", term.cause().tag())
            .number("silent", term.silent().toMillis())
            .number("left", term.left().toMillis())
            .number("at", term.at().toEpochMilli())
            .bytes("agreement", agreement)
            .number("returned", returned.toEpochMilli()));
  }

  static EstateLine ofRow(byte[] row) throws CorruptDataException {
    // The first version has besides for how long the owner was known.
    int version = row.length > 0 && row[0] == FIRST_VERSION ? FIRST_VERSION : VERSION;
    Fields in = Rowing.fields(row, version, "an estate");
    var term =
        new EstateTerm(
            phase(in.integer("phase", 0, 255)),
            cause(in.integer("cause", 0, 255)),
            duration(in, "silent"),
            duration(in, "left"),
            Instant.ofEpochMilli(in.count("at")));
    return new EstateLine(
        term,
        new AgreementId(in.exactly("agreement", AgreementId.SIZE)),
        Instant.ofEpochMilli(in.count("returned")));
  }

  private static Duration duration(Fields in, String name) throws CorruptDataException {
    return Duration.ofMillis(in.number(name, 0, MAX_MILLIS));
  }

  static EstateTerm.Phase phase(int tag) throws CorruptDataException {
    for (EstateTerm.Phase each : EstateTerm.Phase.values()) {
      if (each.tag() == tag) {
        return each;
      }
    }
    throw new CorruptDataException("phase " + tag + " of an estate is unknown");
  }

  static EstateTerm.Cause cause(int tag) throws CorruptDataException {
    for (EstateTerm.Cause each : EstateTerm.Cause.values()) {
      if (each.tag() == tag) {
        return each;
      }
    }
    throw new CorruptDataException("cause " + tag + " of an estate is unknown");
  }
}
