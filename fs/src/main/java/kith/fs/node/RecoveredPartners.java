package kith.fs.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.Head;
import kith.fs.Recovery;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.AgreementTerms;
import kith.peer.Contact;
import kith.peer.Contacts;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.TakeoverState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partners of a drive whose machine was lost: those that did not answer when it was recovered
 * tell what was agreed when they come, and each is told that what was kept for him is gone. Rows of
 * META, {@code loss.owed.} and the owner id, name those who have not heard it; {@code
 * recovered.since}, u64, is the observed time, in ms, at which the home began: silent partners have
 * their grace from then on. For one thread, but for {@link #contact} and {@link #away}.
 */
final class RecoveredPartners implements Contacts {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredPartners.class);
  private static final byte[] OWED = "loss.owed.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "loss.owed/".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SINCE = "recovered.since".getBytes(StandardCharsets.US_ASCII);

  /** As partners agree by default; what was agreed with these is not known. */
  private static final Duration GRACE = AgreementTerms.friends().grace();

  private final Rows rows;
  private final PartnerBook book;
  private final RecoveryFiles files;
  private final LongSupplier observed;
  private final Map<OwnerId, Contact> silent;
  private long since;

  /**
   * Opens them, and begins where a recovery has left a new home.
   *
   * @param observed time that was observed here, in ms
   */
  static RecoveredPartners open(Rows rows, PartnerBook book, NodeStart start, LongSupplier observed)
      throws IOException, KithException {
    var files = new RecoveryFiles(start.home());
    var partners = new RecoveredPartners(rows, book, files, observed);
    Optional<Head> head = files.head(start.secrets().keys(), book.self());
    if (head.isPresent()) {
      Recovery.begin(rows, head.get());
      partners.begin();
      files.begun();
    }
    byte[] since = rows.get(Table.META, SINCE);
    partners.since = since == null ? 0 : ByteBuffer.wrap(since).getLong();
    return partners;
  }

  private RecoveredPartners(Rows rows, PartnerBook book, RecoveryFiles files, LongSupplier observed)
      throws IOException {
    this.rows = rows;
    this.book = book;
    this.files = files;
    this.observed = observed;
    this.silent = new ConcurrentHashMap<>(RecoveryFiles.byOwner(files.silent()));
  }

  /** Notes in new rows whom to tell, durably. */
  private void begin() throws IOException {
    Update update = new Update();
    book.all().forEach(partner -> update.put(Table.META, key(partner.id()), new byte[0]));
    byte[] now = ByteBuffer.allocate(Long.BYTES).putLong(observed.getAsLong()).array();
    rows.apply(update.put(Table.META, SINCE, now));
    rows.sync();
  }

  private static byte[] key(OwnerId partner) {
    return ByteBuffer.allocate(OWED.length + OwnerId.SIZE).put(OWED).put(partner.toBytes()).array();
  }

  @Override
  public Optional<Contact> contact(OwnerId owner) {
    return Optional.ofNullable(silent.get(owner));
  }

  /** Where those are who have not told yet what was agreed. */
  List<Contact> contacts() {
    return List.copyOf(silent.values());
  }

  /** Those whose grace is not over: what they hold is not made elsewhere yet. */
  Set<OwnerId> away() {
    return silent.isEmpty() || observed.getAsLong() - since >= GRACE.toMillis()
        ? Set.of()
        : Set.copyOf(silent.keySet());
  }

  /** Whether what was agreed is not known of all yet. */
  boolean areSilent() {
    return !silent.isEmpty();
  }

  /** Asks and tells; returns how many answered. */
  int tick(PeerClient client) throws IOException {
    int done = 0;
    for (Contact partner : List.copyOf(silent.values())) {
      done += takeBack(client, partner) ? 1 : 0;
    }
    for (OwnerId partner : owed()) {
      done += book.find(partner).isPresent() && tell(client, partner) ? 1 : 0;
    }
    return done;
  }

  private boolean takeBack(PeerClient client, Contact partner) throws IOException {
    OwnerId id = partner.owner();
    try {
      TakeoverState state = client.takeover(id);
      Partner back = book.takeBack(id, state.agreement(), partner.addresses());
      LOG.info("recovered: {} tells what was agreed: {}", id.brief(), back.name());
    } catch (KithException e) {
      LOG.debug("{} does not tell what was agreed: {}", id.brief(), e.getMessage());
      return false;
    }
    rows.apply(new Update().put(Table.META, key(id), new byte[0]));
    rows.sync();
    silent.remove(id);
    files.silent(List.copyOf(silent.values()));
    return true;
  }

  private boolean tell(PeerClient client, OwnerId partner) throws IOException {
    try {
      client.admitLoss(partner);
    } catch (KithException e) {
      LOG.debug("{} does not hear what is lost: {}", partner.brief(), e.getMessage());
      return false;
    }
    rows.apply(new Update().delete(Table.META, key(partner)));
    return true;
  }

  private List<OwnerId> owed() throws IOException {
    List<OwnerId> found = new ArrayList<>();
    rows.scan(
        Table.META,
        OWED,
        END,
        (key, value) -> {
          byte[] id = Arrays.copyOfRange(key, OWED.length, key.length);
          return found.add(new OwnerId(id));
        });
    return found;
  }
}
