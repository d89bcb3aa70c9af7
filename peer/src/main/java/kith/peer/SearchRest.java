package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import kith.codec.CorruptDataException;

/**
 * Why somebody is not asked to become a partner for a while.
 *
 * @param kind what happened
 * @param times how often in succession, from 1
 * @param until when he may be asked again
 * @param why for a person
 */
public record SearchRest(Kind kind, int times, Instant until, String why) {
  private static final int VERSION = 1;
  private static final int MAX_TIMES = 1000;
  private static final int MAX_WHY = 200;

  /** What happened when he was asked; each time in succession he rests for twice as long. */
  public enum Kind {
    /** He could not be reached, or did not answer. */
    SILENT(1, Duration.ofMinutes(15), Duration.ofDays(1)),
    /** He, or what this node allows, said no. */
    DECLINED(2, Duration.ofDays(1), Duration.ofDays(32)),
    /** He said something false. */
    WRONG(3, Duration.ofDays(8), Duration.ofDays(64));

    private final int tag;
    private final Duration first;
    private final Duration most;

    Kind(int tag, Duration first, Duration most) {
      this.tag = tag;
      this.first = first;
      this.most = most;
    }

    static Kind of(int tag) {
      return tag == SILENT.tag ? SILENT : tag == DECLINED.tag ? DECLINED : WRONG;
    }

    private Duration rest(int times) {
      Duration rest = first;
      for (int i = 1; i < times && rest.compareTo(most) < 0; i++) {
        rest = rest.multipliedBy(2);
      }
      return rest.compareTo(most) < 0 ? rest : most;
    }
  }

  /** The first of its kind, or the next one after {@code before}. */
  static SearchRest after(SearchRest before, Kind kind, Instant now, String why) {
    int times = before != null && before.kind == kind ? Math.min(before.times + 1, MAX_TIMES) : 1;
    Instant until = Instant.ofEpochMilli(now.plus(kind.rest(times)).toEpochMilli());
    return new SearchRest(kind, times, until, PlainText.cut(why, MAX_WHY));
  }

  /** Whether he is not asked; never for longer than is usual, though a clock was put back. */
  boolean holdsAt(Instant now) {
    return now.isBefore(until) && !now.plus(kind.most).isBefore(until);
  }

  /** The row in META: version u8, then a map of fields. */
  byte[] toRow() {
    byte[] fields =
        new FieldWriter()
            .number("kind", kind.tag)
            .number("times", times)
            .number("until", until.toEpochMilli())
            .text("why", why)
            .toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = VERSION;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  static SearchRest ofRow(byte[] row) throws CorruptDataException {
    if (row.length == 0 || row[0] != VERSION) {
      throw new CorruptDataException("the row of one who was asked is of an unknown version");
    }
    Fields in = Fields.parse(Arrays.copyOfRange(row, 1, row.length));
    return new SearchRest(
        Kind.of(in.integer("kind", Kind.SILENT.tag, Kind.WRONG.tag)),
        in.integer("times", 1, MAX_TIMES),
        Instant.ofEpochMilli(in.count("until")),
        PlainText.of(in.text("why", MAX_WHY)));
  }
}
