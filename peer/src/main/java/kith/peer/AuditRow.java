package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.peer.conduct.AuditOutcome;

/**
 * What an owner remembers of the audits of one holder. Immutable.
 *
 * @param counts of all outcomes ever
 * @param used of the audits of the day
 * @param begun when a round was last begun or tried
 * @param proved when an audit was last passed
 * @param covered the time of the checkpoint that one was drawn from: what was put before is covered
 * @param last the outcome of the last round
 * @param samples blocks that were proved
 * @param open a round that is due until it is answered
 */
record AuditRow(
    Map<AuditOutcome, Long> counts,
    AuditAllowance used,
    Optional<Instant> begun,
    Optional<Instant> proved,
    Optional<Instant> covered,
    Optional<AuditOutcome> last,
    Samples samples,
    Optional<Open> open) {
  private static final int VERSION = 1;

  static final AuditRow EMPTY =
      new AuditRow(
          Map.of(),
          AuditAllowance.NONE_USED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Samples.NONE,
          Optional.empty());

  AuditRow {
    counts = Collections.unmodifiableMap(new EnumMap<>(withAll(counts)));
  }

  private static Map<AuditOutcome, Long> withAll(Map<AuditOutcome, Long> some) {
    var all = new EnumMap<AuditOutcome, Long>(AuditOutcome.class);
    for (AuditOutcome outcome : AuditOutcome.values()) {
      all.put(outcome, some.getOrDefault(outcome, 0L));
    }
    return all;
  }

  /**
   * A round whose draw is fixed.
   *
   * @param part of the draw, the owner's
   */
  record Open(SignedRecord round, AuditNonce part) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Open that
          && part.equals(that.part)
          && Arrays.equals(round.toBytes(), that.round.toBytes());
    }

    @Override
    public int hashCode() {
      return part.hashCode();
    }
  }

  /**
   * Blocks that were proved, of those sampled since the last one that was not. Counted in two
   * windows, so that what is long ago is forgotten.
   *
   * @param since when the window before began, or this one if there is none
   * @param before blocks in the window before
   * @param now when this window began
   * @param blocks in this window
   */
  record Samples(Instant since, long before, Instant now, long blocks) {
    static final Duration WINDOW = Duration.ofDays(30);
    static final Samples NONE = new Samples(Instant.EPOCH, 0, Instant.EPOCH, 0);

    static Samples from(Instant time) {
      return new Samples(time, 0, time, 0);
    }

    Samples plus(long more, Instant time) {
      if (time.isBefore(now) || time.isAfter(now.plus(WINDOW.multipliedBy(2)))) {
        return new Samples(time, 0, time, more); // nothing for long, or a clock that was wrong
      }
      return time.isAfter(now.plus(WINDOW))
          ? new Samples(now, blocks, time, more)
          : new Samples(since, before, now, blocks + more);
    }

    long all() {
      return before + blocks;
    }
  }

  AuditRow withUsed(AuditAllowance now, Instant time) {
    return new AuditRow(counts, now, Optional.of(time), proved, covered, last, samples, open);
  }

  AuditRow withOpen(Optional<Open> now) {
    return new AuditRow(counts, used, begun, proved, covered, last, samples, now);
  }

  /** Tried now. */
  AuditRow tried(Instant time) {
    return withUsed(used, time);
  }

  /** With one outcome more. */
  AuditRow with(AuditOutcome outcome) {
    var more = new EnumMap<AuditOutcome, Long>(counts);
    more.merge(outcome, 1L, Long::sum);
    return new AuditRow(more, used, begun, proved, covered, Optional.of(outcome), samples, open);
  }

  /** After blocks were proved that were drawn from a checkpoint of that time. */
  AuditRow proved(int blocks, Instant checkpoint, Instant time) {
    return new AuditRow(
        counts,
        used,
        begun,
        Optional.of(time),
        Optional.of(checkpoint),
        last,
        samples.plus(blocks, time),
        open);
  }

  /** After a block was not there: what was proved before says nothing any more. */
  AuditRow failed(Instant time) {
    return new AuditRow(
        counts, used, begun, proved, Optional.empty(), last, Samples.from(time), open);
  }

  /** The row: version u8 = 1, then fields. */
  byte[] toRow() {
    var out = new FieldWriter();
    counts.forEach((outcome, count) -> out.number(name(outcome), count));
    out.bytes("used", used.toRow());
    time(out, "begun", begun);
    time(out, "provedAt", proved);
    time(out, "covered", covered);
    last.ifPresent(outcome -> out.text("last", name(outcome)));
    out.number("sampledSince", samples.since.toEpochMilli())
        .number("sampledBefore", samples.before)
        .number("sampledFrom", samples.now.toEpochMilli())
        .number("sampled", samples.blocks);
    open.ifPresent(round -> out.bytes("round", round.round.toBytes()).bytes("part", round.part));
    byte[] fields = out.toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = VERSION;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  private static String name(AuditOutcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static void time(FieldWriter out, String name, Optional<Instant> time) {
    time.ifPresent(at -> out.number(name, at.toEpochMilli()));
  }

  static AuditRow ofRow(byte[] row) throws CorruptDataException {
    if (row.length == 0 || row[0] != VERSION) {
      throw new CorruptDataException("a row of audits is damaged or from later");
    }
    Fields in = Fields.parse(Arrays.copyOfRange(row, 1, row.length));
    var counts = new EnumMap<AuditOutcome, Long>(AuditOutcome.class);
    Optional<AuditOutcome> last = Optional.empty();
    String lastName = in.has("last") ? in.text("last", 16) : "";
    for (AuditOutcome outcome : AuditOutcome.values()) {
      counts.put(outcome, in.count(name(outcome)));
      last = name(outcome).equals(lastName) ? Optional.of(outcome) : last;
    }
    return new AuditRow(
        counts,
        AuditAllowance.ofRow(in.bytes("used", 64)),
        time(in, "begun"),
        time(in, "provedAt"),
        time(in, "covered"),
        last,
        new Samples(
            instant(in, "sampledSince"),
            in.count("sampledBefore"),
            instant(in, "sampledFrom"),
            in.count("sampled")),
        in.has("round") ? Optional.of(open(in)) : Optional.empty());
  }

  private static Open open(Fields in) throws CorruptDataException {
    return new Open(
        MessageCodec.record(in, "round", RecordKind.AUDIT_ROUND),
        new AuditNonce(in.exactly("part", AuditNonce.SIZE)));
  }

  private static Optional<Instant> time(Fields in, String name) throws CorruptDataException {
    return in.has(name) ? Optional.of(instant(in, name)) : Optional.empty();
  }

  private static Instant instant(Fields in, String name) throws CorruptDataException {
    return Instant.ofEpochMilli(in.count(name));
  }
}
