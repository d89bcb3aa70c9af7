package kith.peer;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
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
  public static final Duration LIFE = Duration.ofDays(7);

  private final LocalNode self;
  private final Rows rows;
  private final PartnerBook book;
  private final SecureRandom random;

  public Invitations(LocalNode self, Rows rows, PartnerBook book, SecureRandom random) {
    this.self = self;
    this.rows = rows;
    this.book = book;
    this.random = random;
  }

  /**
   * Makes a one-time code; durable on return.
   *
   * @param life how long it is good for
   * @throws NotPermittedException if nobody could reach this node by it
   */
  public String create(InvitationTerms terms, Duration life)
      throws IOException, NotPermittedException {
    if (self.addresses().isEmpty()) {
      throw new NotPermittedException(
          "an invitation needs an address at which this node can be reached: configure one");
    }
    byte[] secret = new byte[InvitationCode.SECRET_SIZE];
    random.nextBytes(secret);
    var code = new InvitationCode(self.identity().owner(), secret, self.addresses());
    var row = new InvitationRow(terms, secret, self.now().plus(life), Optional.empty());
    rows.apply(new Update().put(Table.INVITATIONS, code.id(), row.toBytes()));
    rows.sync();
    return code.text();
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

  private InvitationCode code(InvitationRow row) {
    return new InvitationCode(self.identity().owner(), row.secret(), List.of());
  }

  private AgreementSide side(InvitationRow row) {
    return AgreementSide.always(self.identity().owner(), row.terms().name(), row.terms().offered());
  }

  /** The invitation, if the asker has its code and it is still his to use. */
  private InvitationRow check(byte[] id, byte[] proof, OwnerId asker)
      throws IOException, KithException {
    byte[] stored = rows.get(Table.INVITATIONS, id);
    if (stored == null) {
      throw new NotPermittedException("this invitation is not known here, or was withdrawn");
    }
    InvitationRow row = InvitationRow.parse(stored);
    if (!MessageDigest.isEqual(proof, code(row).proof(asker))) {
      throw new NotPermittedException("this is not the code of the invitation");
    }
    if (row.usedBy().isPresent() && !row.usedBy().get().equals(asker)) {
      throw new NotPermittedException("this code has been used already: ask for a new one");
    }
    if (row.usedBy().isEmpty() && self.now().isAfter(row.expires())) {
      throw new NotPermittedException(
          "this code expired at " + row.expires() + ": ask for a new one");
    }
    return row;
  }

  private SignedRecord existing(OwnerId asker, AgreementId id) throws NotPermittedException {
    return book.find(asker)
        .filter(partner -> partner.agreement().id().equals(id))
        .map(Partner::record)
        .orElseThrow(
            () -> new NotPermittedException("this code has been used already: ask for a new one"));
  }

  /** Countersigns an agreement; both it and the use of the code are durable on return. */
  synchronized Reply offer(Request.AgreementOffer offer, OwnerId asker)
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
