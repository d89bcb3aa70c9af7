package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.Farewell;
import kith.peer.KeepSetTalk;
import kith.peer.OwnerRecord;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This owner's farewell: kept in META, {@code own-farewell}, as it was signed, and told to every
 * partner until he has heard it, after each start once more. Safe for many threads.
 */
final class NodeFarewell {
  private static final Logger LOG = LoggerFactory.getLogger(NodeFarewell.class);
  private static final byte[] KEY = "own-farewell".getBytes(StandardCharsets.UTF_8);

  private final Rows rows;
  private final PartnerBook book;
  private final KeepSetTalk talk;
  private final Set<OwnerId> told = ConcurrentHashMap.newKeySet();

  NodeFarewell(Rows rows, PartnerBook book, KeepSetTalk talk) {
    this.rows = rows;
    this.book = book;
    this.talk = talk;
  }

  /** Keeps what was signed, and tells those who are there. */
  FarewellInfo say(String hex) throws IOException, KithException {
    OwnerRecord record = parse(hex);
    if (!record.owner().equals(book.self())) {
      throw new NotPermittedException("that is another owner's farewell");
    }
    rows.apply(new Update().put(Table.META, KEY, record.toBytes()));
    rows.sync();
    told.clear();
    tick();
    return info().orElseThrow();
  }

  private static OwnerRecord parse(String hex) throws KithException {
    try {
      return OwnerRecord.farewell(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("a farewell in hexadecimal digits is expected", e);
    }
  }

  private Optional<OwnerRecord> record() throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    try {
      return row == null ? Optional.empty() : Optional.of(OwnerRecord.farewell(row));
    } catch (CorruptDataException e) {
      throw new IOException("the row of the farewell is damaged", e);
    }
  }

  /** Tells those who have not heard it; returns 0. */
  int tick() throws IOException {
    Optional<OwnerRecord> record = record();
    if (record.isEmpty()) {
      return 0;
    }
    for (Partner partner : book.all()) {
      if (!told.contains(partner.id())) {
        try {
          talk.farewell(partner.id(), record.get());
          told.add(partner.id());
        } catch (KithException e) {
          LOG.info("{} has not heard the farewell: {}", partner.id().brief(), e.getMessage());
        }
      }
    }
    return 0;
  }

  /** What was said; empty if nothing ever was. */
  Optional<FarewellInfo> info() throws IOException {
    Optional<OwnerRecord> record = record();
    if (record.isEmpty()) {
      return Optional.empty();
    }
    try {
      Farewell said = Farewell.of(record.get());
      int heard = (int) book.all().stream().filter(each -> told.contains(each.id())).count();
      return Optional.of(new FarewellInfo(said.gone(), said.time(), heard, book.all().size()));
    } catch (CorruptDataException e) {
      throw new IOException("the row of the farewell is damaged", e);
    }
  }
}
