package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Update;

/**
 * The other side of an invitation: reads a code, asks what it offers, and makes the agreement. For
 * one thread at a time.
 */
public final class Acceptance {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final LocalNode self;
  private final Network network;
  private final PartnerBook book;

  public Acceptance(LocalNode self, Network network, PartnerBook book) {
    this.self = self;
    this.network = network;
    this.book = book;
  }

  /**
   * What a code offers, from the inviter's point of view.
   *
   * @throws CorruptDataException if the code is damaged; the message names the group
   * @throws KithException if the inviter cannot be reached or refuses
   */
  public InvitationTerms preview(String code) throws KithException {
    InvitationCode read = readForeign(code);
    try (Link link = Calls.join(network.connect(read.contact()))) {
      Reply.Invited invited = query(read, link);
      return new InvitationTerms(
          invited.inviter().name(),
          invited.inviter().space(),
          invited.spaceWanted(),
          invited.terms());
    }
  }

  /**
   * Makes the agreement that a code offers; it is signed by both and stored by both on return. Safe
   * to repeat when it broke off.
   *
   * @param name as this owner wants to be called
   * @param mostSpace bytes that this node is ready to keep for the inviter
   * @return the new partner
   * @throws NotPermittedException if the inviter refuses, wants more space, or is a partner already
   */
  public Partner accept(String code, String name, long mostSpace)
      throws IOException, KithException {
    InvitationCode read = readForeign(code);
    try (Link link = Calls.join(network.connect(read.contact()))) {
      Reply.Invited invited = query(read, link);
      if (invited.spaceWanted() > mostSpace) {
        throw new NotPermittedException(
            invited.inviter().name()
                + " wants "
                + invited.spaceWanted()
                + " bytes kept; this node has set aside "
                + mostSpace);
      }
      Agreement agreement = agreement(read, invited, name);
      Reply.Agreed agreed = offer(read, link, agreement, invited.agreed());
      return book.agree(
          agreed.agreement(),
          agreed.addresses().isEmpty()
              ? read.contact().addresses()
              : Contact.understood(agreed.addresses()),
          new Update());
    }
  }

  private InvitationCode readForeign(String code) throws KithException {
    InvitationCode read = InvitationCode.parse(code);
    OwnerId inviter = read.contact().owner();
    if (inviter.equals(self.identity().owner())) {
      throw new NotPermittedException("this is an invitation of your own: it is for somebody else");
    }
    if (book.find(inviter).isPresent()) {
      throw new NotPermittedException(
          inviter.brief() + " is a partner already; the code has not been used for anything");
    }
    return read;
  }

  private Reply.Invited query(InvitationCode code, Link link) throws KithException {
    byte[] proof = code.proof(self.identity().owner());
    var query = new Request.InviteQuery(code.id(), proof);
    Reply.Invited invited = Calls.ask(link, query, DEADLINE, Reply.Invited.class);
    if (!invited.inviter().owner().equals(link.partner())) {
      throw new CorruptDataException("the invitation is not the inviter's own");
    }
    return invited;
  }

  private Agreement agreement(InvitationCode code, Reply.Invited invited, String name) {
    OwnerId me = self.identity().owner();
    return new Agreement(
        code.agreement(me),
        1,
        AgreementSide.always(me, name, invited.spaceWanted()),
        invited.inviter(),
        invited.terms(),
        self.now());
  }

  private Reply.Agreed offer(
      InvitationCode code, Link link, Agreement agreement, Optional<SignedRecord> before)
      throws KithException {
    OwnerId me = self.identity().owner();
    var offer =
        new Request.AgreementOffer(
            code.id(),
            code.proof(me),
            agreement.signedBy(self.identity()),
            Contact.texts(self.addresses()));
    Reply.Agreed agreed = Calls.ask(link, offer, DEADLINE, Reply.Agreed.class);
    Agreement signed = Agreement.ofBoth(agreed.agreement());
    boolean same = agreed.agreement().sameBody(offer.agreement()) || before.isPresent();
    if (!same || !signed.id().equals(agreement.id()) || !signed.sideOf(me).owner().equals(me)) {
      throw new CorruptDataException("the inviter signed another agreement than was offered");
    }
    return agreed;
  }
}
