package kith.peer;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the rows and files of the book into accord when it is opened. Of each partner the newer
 * agreement and the higher epoch hold, whichever side has them; what is missing, damaged or behind
 * on the other side is written again. For one thread.
 */
final class BookRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(BookRecovery.class);

  private static final Comparator<Partner> AGE =
      Comparator.<Partner>comparingLong(partner -> partner.agreement().generation())
          .thenComparing(partner -> partner.agreement().made())
          .thenComparingLong(Partner::epoch);

  private final Rows rows;
  private final Optional<AgreementFiles> files;
  private final Map<OwnerId, Partner> inFiles = new HashMap<>();
  private final Map<OwnerId, Partner> inRows = new HashMap<>();
  private final Map<OwnerId, CorruptDataException> damaged = new HashMap<>();

  /**
   * @param files empty for a book in rows alone
   */
  BookRecovery(Rows rows, Optional<AgreementFiles> files) {
    this.rows = rows;
    this.files = files;
  }

  /**
   * Repairs both sides; rows are durable on return.
   *
   * @return the partners
   * @throws CorruptDataException if one can be read on neither side
   */
  Map<OwnerId, Partner> open() throws IOException, CorruptDataException {
    if (files.isPresent()) {
      files.get().all().forEach((id, row) -> parse(id, row, inFiles));
    }
    rows.scan(
        Table.PARTNERS,
        new byte[0],
        null,
        (key, row) -> {
          parse(new OwnerId(key), row, inRows);
          return true;
        });
    Map<OwnerId, Partner> all = new TreeMap<>(inFiles);
    inRows.forEach((id, partner) -> all.merge(id, partner, BookRecovery::newer));
    for (Map.Entry<OwnerId, CorruptDataException> each : damaged.entrySet()) {
      if (!all.containsKey(each.getKey())) {
        throw each.getValue();
      }
    }
    for (Partner partner : all.values()) {
      repairRow(partner);
      repairFile(partner);
    }
    return all;
  }

  private void parse(OwnerId id, byte[] row, Map<OwnerId, Partner> found) {
    try {
      found.put(id, Partner.ofRow(id, row));
    } catch (CorruptDataException e) {
      damaged.put(id, e);
    }
  }

  /** In a tie the row, which is durable first. Files have old checkpoints, if any. */
  private static Partner newer(Partner file, Partner row) {
    Partner newer = AGE.compare(file, row) > 0 ? file : row;
    return new Partner(
        newer.id(),
        newer.agreement(),
        newer.record(),
        newer.addresses(),
        Math.max(file.epoch(), row.epoch()),
        row.checkpointHere().or(file::checkpointHere),
        row.checkpointThere().or(file::checkpointThere),
        row.agreement().id().equals(file.agreement().id())
            ? Leave.further(row.leave(), file.leave())
            : newer.leave());
  }

  private void repairRow(Partner partner) throws IOException {
    Partner row = inRows.get(partner.id());
    byte[] now = partner.toRow();
    if (row == null || !Arrays.equals(now, row.toRow())) {
      LOG.info("the row of partner {} was {} from its file", partner.id().brief(), state(row));
      rows.apply(new Update().put(Table.PARTNERS, partner.id().toBytes(), now));
      rows.sync();
    }
  }

  private void repairFile(Partner partner) throws IOException {
    Partner file = inFiles.get(partner.id());
    if (files.isPresent() && (file == null || !Arrays.equals(core(partner), core(file)))) {
      LOG.info("the file of partner {} was {} from its row", partner.id().brief(), state(file));
      try {
        files.get().write(partner.id(), partner.toRow());
      } catch (IOException e) {
        LOG.warn("the agreement with {} is in the index alone", partner.id().brief(), e);
      }
    }
  }

  private static String state(Partner found) {
    return found == null ? "missing or damaged, and is written again" : "behind, and is brought up";
  }

  /** What files always have. */
  private static byte[] core(Partner of) {
    Optional<SignedRecord> none = Optional.empty();
    return new Partner(
            of.id(),
            of.agreement(),
            of.record(),
            of.addresses(),
            of.epoch(),
            none,
            none,
            of.leave())
        .toRow();
  }
}
