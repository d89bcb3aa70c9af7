package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.peer.conduct.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking side of keeping one's word: tells partners how they stand, has receipts signed after
 * each period of audits, claims what an excluded partner does not show, hears from partners what
 * others have signed, and looks into claims. For one thread.
 */
public final class ConductTalk {
  private static final Logger LOG = LoggerFactory.getLogger(ConductTalk.class);

  /** A receipt is for so long. */
  static final Duration PERIOD = Duration.ofDays(7);

  /** Between two questions to a partner what others have signed. */
  static final Duration GOSSIP = Duration.ofHours(6);

  /** A partner in trouble is told so again, so that it knows how much is left. */
  static final Duration TELL_AGAIN = Duration.ofHours(12);

  private static final Duration AGAIN = Duration.ofMinutes(10);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int MOST_PAGES = 8;

  private final LocalNode self;
  private final Means means;
  private final Held held;
  private final RandomGenerator random;
  private final ClaimJudge judge;
  private final Map<OwnerId, Instant> signed = new HashMap<>();
  private final Map<OwnerId, Instant> heard = new HashMap<>();

  /**
   * What it works with.
   *
   * @param contacts where nodes are, partners or not
   */
  public record Means(
      PartnerBook book,
      ConductBook conduct,
      ReceiptBook receipts,
      PeerClient client,
      Network network,
      Contacts contacts) {}

  /** What holders have of this owner. */
  public interface Held {
    /** Bytes at a holder. */
    long bytes(OwnerId holder);

    /** A holder's signed acknowledgement of a shard that it should have; any. */
    Optional<SignedRecord> acknowledged(OwnerId holder) throws IOException;
  }

  public ConductTalk(LocalNode self, Means means, Held held, RandomGenerator random) {
    this.self = self;
    this.means = means;
    this.held = held;
    this.random = random;
    this.judge = new ClaimJudge(self, means.receipts, this::ask, means.contacts);
  }

  /** Asks and tells what is due; returns how much that was. */
  public int tick() throws IOException {
    int done = 0;
    List<Partner> partners = means.book.all();
    for (Partner partner : partners) {
      done += tell(partner, partners) ? 1 : 0;
      done += receipt(partner) ? 1 : 0;
      done += gossip(partner) ? 1 : 0;
    }
    for (Map<OwnerId, ?> map : List.of(signed, heard)) {
      map.keySet().removeIf(id -> means.book.find(id).isEmpty());
    }
    return done + judge.tick();
  }

  private boolean isDue(Map<OwnerId, Instant> last, OwnerId partner, Duration pause) {
    Instant before = last.get(partner);
    Instant now = self.now();
    boolean due = before == null || Duration.between(before, now).abs().compareTo(pause) >= 0;
    if (due) {
      last.put(partner, now);
    }
    return due;
  }

  /** Tells a partner how it stands if that has changed or time passes, and others if it is over. */
  private boolean tell(Partner partner, List<Partner> all) throws IOException {
    OwnerId id = partner.id();
    Standing standing = means.conduct.standing(id);
    ConductRow.Told before = means.conduct.told(id);
    Instant now = self.now();
    Duration since = Duration.between(before.time(), now).abs();
    boolean changed = before.level() != standing.level();
    boolean again = !standing.isGood() && since.compareTo(TELL_AGAIN) >= 0;
    if (!changed && !again) {
      return false;
    }
    SignedRecord notice =
        new ConductNotice(self.identity().owner(), id, standing, now).signedBy(self.identity());
    say(id, notice);
    if (changed && standing.isReneged()) {
      LOG.warn("partner {} is excluded: it {}", id.brief(), ConductBook.text(standing));
      claim(id);
      all.stream().map(Partner::id).filter(other -> !other.equals(id)).forEach(o -> say(o, notice));
    }
    means.conduct.told(id, new ConductRow.Told(standing.level(), now));
    return true;
  }

  private void say(OwnerId to, SignedRecord notice) {
    try {
      means.client.ask(to, new ConductRequest.ConductTell(notice), Reply.Done.class);
    } catch (KithException e) {
      LOG.debug("{} is not told how partners stand: {}", to.brief(), e.getMessage());
    }
  }

  /** Lets others find out for themselves that an excluded partner does not have what it signed. */
  private void claim(OwnerId holder) throws IOException {
    Optional<SignedRecord> ack = held.acknowledged(holder);
    if (ack.isEmpty()) {
      return;
    }
    try {
      long length = PutAck.of(ack.get()).sealedLength();
      int blocks = (int) ((length + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK);
      OwnerId me = self.identity().owner();
      var claim = new Claim(me, holder, ack.get(), random.nextInt(blocks), self.now());
      means.receipts.accuse(claim.signedBy(self.identity()));
    } catch (CorruptDataException e) {
      LOG.info("what {} acknowledged cannot be claimed: {}", holder.brief(), e.getMessage());
    }
  }

  /** Has a receipt signed for a period of audits that is over. */
  private boolean receipt(Partner partner) throws IOException {
    OwnerId id = partner.id();
    Optional<ConductRow> counted = means.conduct.counted(id);
    Instant now = self.now();
    if (counted.isEmpty() || now.isBefore(counted.get().since().plus(PERIOD))) {
      return false;
    }
    ConductRow row = counted.get();
    boolean late = now.isAfter(row.since().plus(Receipt.LONGEST));
    if (row.isIdle() || late) {
      means.conduct.countAnew(id);
      return false;
    } else if (!isDue(signed, id, AGAIN)) {
      return false;
    }
    try {
      sign(partner, row, now);
      means.conduct.countAnew(id);
      signed.remove(id);
    } catch (KithException e) {
      LOG.debug("{} does not sign a receipt now: {}", id.brief(), e.getMessage());
    }
    return true;
  }

  private void sign(Partner partner, ConductRow row, Instant now)
      throws IOException, KithException {
    OwnerId id = partner.id();
    Instant made = partner.agreement().since();
    Instant from = row.since().isBefore(made) ? made : row.since();
    var receipt =
        new Receipt(
            self.identity().owner(),
            id,
            partner.agreement().id(),
            from,
            now,
            row.outcomes().proved(),
            row.outcomes().wrong(),
            row.outcomes().lost(),
            row.outcomes().slow(),
            held.bytes(id));
    SignedRecord proposed = receipt.signedBy(self.identity());
    SignedRecord both =
        means
            .client
            .ask(id, new ConductRequest.ReceiptPropose(proposed), Reply.ReceiptSigned.class)
            .receipt();
    if (!both.sameBody(proposed)) {
      throw new CorruptDataException(id.brief() + " signed another receipt");
    }
    means.receipts.take(both);
  }

  /** Hears what others have signed; only signatures are believed. */
  private boolean gossip(Partner partner) throws IOException {
    if (!isDue(heard, partner.id(), GOSSIP)) {
      return false;
    }
    try {
      learn(partner.id(), Optional.empty());
    } catch (KithException e) {
      LOG.debug("{} tells nothing of others: {}", partner.id().brief(), e.getMessage());
    }
    return true;
  }

  /**
   * Lets a node that may become a partner show its receipts.
   *
   * @param link with it
   */
  public void before(Link link) throws IOException {
    OwnerId stranger = link.partner();
    try {
      var get = new ConductRequest.ReceiptsGet(Optional.of(stranger), Optional.empty());
      take(Calls.ask(link, get, DEADLINE, Reply.Receipts.class));
    } catch (KithException e) {
      LOG.debug("{} shows no receipts: {}", stranger.brief(), e.getMessage());
    }
  }

  private void learn(OwnerId teller, Optional<OwnerId> about) throws IOException, KithException {
    Optional<OwnerPair> after = Optional.empty();
    for (int page = 0; page < MOST_PAGES; page++) {
      var get = new ConductRequest.ReceiptsGet(about, after);
      var told = means.client.ask(teller, get, Reply.Receipts.class);
      Optional<OwnerPair> last = take(told);
      boolean on = last.isPresent() && (after.isEmpty() || last.get().compareTo(after.get()) > 0);
      if (!told.more() || !on) {
        return;
      }
      after = last;
    }
  }

  /** Takes what is true of a page; returns the last pair of it. */
  private Optional<OwnerPair> take(Reply.Receipts page) throws IOException, CorruptDataException {
    List<OwnerPair> pairs = new ArrayList<>();
    for (byte[] bytes : page.receipts()) {
      SignedRecord record = SignedRecord.parse(bytes, RecordKind.RECEIPT);
      means.receipts.take(record);
      pairs.add(pair(record));
    }
    for (byte[] bytes : page.claims()) {
      SignedRecord record = SignedRecord.parse(bytes, RecordKind.CLAIM);
      means.receipts.accuse(record);
      pairs.add(pair(record));
    }
    return pairs.stream().max(OwnerPair::compareTo);
  }

  private static OwnerPair pair(SignedRecord record) throws CorruptDataException {
    return new OwnerPair(record.fields().owner("owner"), record.fields().owner("holder"));
  }

  /** Over the link that there is with a partner; with others over one for this question. */
  private Reply ask(Contact contact, Request request) throws KithException {
    if (means.book.find(contact.owner()).isPresent()) {
      return means.client.ask(contact.owner(), request);
    }
    try (Link link = Calls.join(means.network.connect(contact))) {
      return Calls.join(link.send(request, DEADLINE));
    }
  }
}
