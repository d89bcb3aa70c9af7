package kith.peer;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * The invitations that this node has given out: makes codes, and countersigns the agreements that
 * whoever has a code proposes. A code serves once. Safe for any number of threads.
 */
public final class Invitations {
  /** How long a code is good for by default. */
  public static final Duration LIFE = Duration.ofHours(24);

  private final LocalNode self;
  private final InvitationRows stored;
  private final PartnerBook book;
  private final SecureRandom random;

  public Invitations(LocalNode self, Rows rows, PartnerBook book, SecureRandom random) {
    this.self = self;
    this.stored = new InvitationRows(rows);
    this.book = book;
    this.random = random;
  }

  /**
   * Makes a one-time code without a form in words; durable on return.
   *
   * @param life how long it is good for
   * @throws NotPermittedException if nobody could reach this node by it
   */
  public String create(InvitationTerms terms, Duration life)
      throws IOException, NotPermittedException {
    return create(terms, self.now().plus(life), Optional.empty()).text();
  }

  /** As the public one; with {@code spoken} it has a form in words as well. */
  InvitationCode create(
      InvitationTerms terms, Instant expires, Optional<InvitationRow.Spoken> spoken)
      throws IOException, NotPermittedException {
    if (self.addresses().isEmpty()) {
      throw new NotPermittedException(
          "this machine is in no network: connect it, or put the address at which others reach it"
              + " into 'advertise' in config.json");
    }
    byte[] secret = new byte[InvitationCode.SECRET_SIZE];
    random.nextBytes(secret);
    var code = new InvitationCode(self.identity().owner(), secret, self.addresses());
    var row = new InvitationRow(terms, secret, expires, Optional.empty(), spoken);
    stored.put(code.id(), row);
    return code;
  }

  InvitationRows stored() {
    return stored;
  }

  LocalNode self() {
    return self;
  }

  SecureRandom random() {
    return random;
  }

  /** All that were given out and not forgotten yet, the first to expire first. */
  public List<InvitationSummary> all() throws IOException, KithException {
    return stored.all().stream()
        .map(found -> found.summary(self.now()))
        .sorted(Comparator.comparing(InvitationSummary::expires))
        .toList();
  }

  /**
   * Withdraws an invitation that nobody has used, and forgets it; durable on return.
   *
   * @param which its number or id
   * @return whether there was one
   */
  public boolean revoke(String which) throws IOException, KithException {
    return stored.remove(found -> found.isNamed(which) && found.row().usedBy().isEmpty()) > 0;
  }

  /** Bytes that this node keeps if all invitations are used that still can be. */
  long promised() throws IOException {
    return stored.promised(self.now());
  }

  /** Answers what the invitation offers. */
  Reply query(Request.InviteQuery query, OwnerId asker) throws IOException, KithException {
    InvitationRow row = check(query.invitation(), query.proof(), asker);
    Optional<SignedRecord> agreed = Optional.empty();
    if (row.usedBy().isPresent()) {
      agreed = Optional.of(existing(asker, code(row).agreement(asker)));
    }
    return new Reply.Invited(side(row), row.terms().wanted(), row.terms().terms(), agreed);
  }

  /** The long code of an invitation. */
  InvitationCode code(InvitationRow row) {
    return new InvitationCode(self.identity().owner(), row.secret(), self.addresses());
  }

  private AgreementSide side(InvitationRow row) {
    return self.side(row.terms().name(), row.terms().offered());
  }

  /** The invitation, if the asker has its code and it is still his to use. */
  private InvitationRow check(byte[] id, byte[] proof, OwnerId asker)
      throws IOException, KithException {
    InvitationRow row = stored.get(id);
    if (!MessageDigest.isEqual(proof, code(row).proof(asker))) {
      throw new NotPermittedException("this is not the code of the invitation");
    }
    checkUsable(row, asker, self.now());
    return row;
  }

  /**
   * Whether an invitation is still the asker's to use; who made an agreement by it may ask again.
   *
   * @throws NotPermittedException saying why not
   */
  static void checkUsable(InvitationRow row, OwnerId asker, Instant now)
      throws NotPermittedException {
    if (row.taken().isPresent() && !row.taken().get().equals(asker)) {
      throw new NotPermittedException("this code has been used already: ask for a new one");
    }
    switch (row.state(now)) {
      case EXPIRED ->
          throw new NotPermittedException(
              "this code expired at " + row.expires() + ": ask for a new one");
      case VOID ->
          throw new NotPermittedException(
              "this invitation is void, for wrong words were tried "
                  + InvitationRow.MAX_GUESSES
                  + " times: ask for a new one");
      case OPEN, USED -> {}
    }
  }

  private SignedRecord existing(OwnerId asker, AgreementId id) throws NotPermittedException {
    return book.find(asker)
        .filter(partner -> partner.agreement().id().equals(id))
        .map(Partner::record)
        .orElseThrow(
            () -> new NotPermittedException("this code has been used already: ask for a new one"));
  }

  /** Countersigns an agreement; both it and the use of the code are durable on return. */
  Reply offer(Request.AgreementOffer offer, OwnerId asker) throws IOException, KithException {
    synchronized (stored) {
      return countersign(offer, asker);
    }
  }

  private Reply countersign(Request.AgreementOffer offer, OwnerId asker)
      throws IOException, KithException {
    InvitationRow row = check(offer.invitation(), offer.proof(), asker);
    AgreementId id = code(row).agreement(asker);
    List<String> addresses = Contact.texts(self.addresses());
    if (row.usedBy().isPresent()) {
      return new Reply.Agreed(existing(asker, id), addresses);
    }
    if (book.find(asker).isPresent()) {
      throw new NotPermittedException("there is an agreement between the two already");
    }
    offer.agreement().requireSigners(asker);
    checkFollows(Agreement.of(offer.agreement()), row, asker, id);
    SignedRecord both = offer.agreement().signedBy(self.identity());
    var use = new Update().put(Table.INVITATIONS, offer.invitation(), row.used(asker).toBytes());
    book.agree(both, Contact.understood(offer.addresses()), use);
    return new Reply.Agreed(both, addresses);
  }

  private void checkFollows(Agreement agreement, InvitationRow row, OwnerId asker, AgreementId id)
      throws CorruptDataException, NotPermittedException {
    Instant now = self.now();
    boolean follows =
        agreement.id().equals(id)
            && agreement.generation() == 1
            && agreement.proposer().owner().equals(asker)
            && agreement.acceptor().equals(side(row))
            && agreement.terms().equals(row.terms().terms())
            && agreement.proposer().space() >= row.terms().wanted();
    if (!follows) {
      throw new NotPermittedException("the agreement is not what the invitation offers");
    }
    if (Duration.between(agreement.made(), now).abs().compareTo(Credential.CLOCK_SLACK) > 0) {
      throw new NotPermittedException(
          "the agreement is dated "
              + agreement.made()
              + ", here it is "
              + now
              + ": check the clocks");
    }
  }
}
