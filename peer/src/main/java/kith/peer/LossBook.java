package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.peer.conduct.DisasterRule;

/**
 * What holders admitted to have lost with their machines, until the drive has taken it up. Rows of
 * META, {@code loss} and the owner id of the holder. Safe for any number of threads.
 */
public final class LossBook {
  private static final int VERSION = 1;

  /** More than any node has partners. */
  private static final int MOST = 4096;

  private static final OwnerRows.Form<Line> FORM =
      new OwnerRows.Form<>(
          Line::toRow, Line::ofRow, Comparator.comparing(line -> line.notice.time()));

  private final Rows index;
  private final OwnerRows<Line> rows;

  /**
   * The last loss of a holder.
   *
   * @param taken whether the drive has taken it up
   * @param borne the disaster that was borne last
   */
  private record Line(
      LossNotice notice,
      SignedRecord record,
      boolean taken,
      Optional<DisasterRule.Disaster> borne) {
    byte[] toRow() {
      var out = new FieldWriter().bytes("record", record.toBytes()).flag("taken", taken);
      borne.ifPresent(
          last -> out.number("epoch", last.epoch()).number("borne", last.at().toEpochMilli()));
      return Rowing.row(VERSION, out);
    }

    static Line ofRow(byte[] row) throws CorruptDataException {
      Fields in = Rowing.fields(row, VERSION, "a loss");
      SignedRecord record = MessageCodec.record(in, "record", RecordKind.LOSS);
      return new Line(
          LossNotice.of(record),
          record,
          in.flag("taken"),
          in.has("borne")
              ? Optional.of(
                  new DisasterRule.Disaster(
                      in.number("epoch", 1, 0xffffffffL), Instant.ofEpochMilli(in.count("borne"))))
              : Optional.empty());
    }
  }

  LossBook(Rows index) throws IOException {
    this.index = index;
    this.rows = new OwnerRows<>(index, "loss", FORM, MOST);
  }

  /** Notes what a holder admits; durable on return. The same loss again changes nothing. */
  synchronized void admitted(LossNotice notice, SignedRecord record) throws IOException {
    Optional<Line> before = rows.find(notice.holder());
    if (before.isEmpty() || before.get().notice.epoch() < notice.epoch()) {
      rows.put(notice.holder(), new Line(notice, record, false, before.flatMap(Line::borne)));
      index.sync();
    }
  }

  /** Holders whose loss the drive has not taken up, with the epoch that admits it. */
  public synchronized List<Map.Entry<OwnerId, Long>> open() {
    return rows.all().values().stream()
        .filter(line -> !line.taken)
        .map(line -> Map.entry(line.notice.holder(), line.notice.epoch()))
        .toList();
  }

  /** Whether the loss of a holder is a disaster that is borne. */
  public synchronized boolean isBorne(OwnerId holder, Instant now) {
    Line line = rows.find(holder).orElseThrow();
    long epoch = line.notice.epoch();
    var admission = new DisasterRule.Admission(epoch, epoch - 1, now);
    return DisasterRule.judge(line.borne, admission) == DisasterRule.Verdict.DISASTER;
  }

  /** The drive knows of it; durable on return. */
  public synchronized void taken(OwnerId holder, boolean borne, Instant now) throws IOException {
    Optional<Line> line = rows.find(holder);
    if (line.isPresent()) {
      var last =
          borne
              ? Optional.of(new DisasterRule.Disaster(line.get().notice.epoch(), now))
              : line.get().borne;
      rows.put(holder, new Line(line.get().notice, line.get().record, true, last));
      index.sync();
    }
  }

  synchronized void forget(OwnerId holder) throws IOException {
    rows.remove(holder);
  }
}
