package kith.peer;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.index.Update;
import kith.peer.choice.ShownSize;

/**
 * The other side of an invitation: reads a code, asks what it offers, and makes the agreement. For
 * one thread at a time.
 */
public final class Acceptance {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final LocalNode self;
  private final Network network;
  private final PartnerBook book;
  private final Encounter encounter;
  private final Ways ways;

  /**
   * Ways to an inviter.
   *
   * @param relays takes up posts from which one may be called who cannot be reached
   * @param nearby where nodes on the local network are
   */
  public record Ways(BooleanSupplier relays, Supplier<List<NodeAddress>> nearby) {}

  /** Refuses what an inviter wants kept for him if that is too much. */
  @FunctionalInterface
  public interface Room {
    /**
     * @param inviter as he calls himself
     * @param wanted bytes
     * @throws NotPermittedException if it is too much
     */
    void require(String inviter, long wanted) throws NotPermittedException;
  }

  /**
   * @param random for meetings by codes of words
   * @param waiting until an inviter has fetched a letter
   * @param ways to an inviter who is not where his code says
   */
  public Acceptance(
      LocalNode self,
      Network network,
      PartnerBook book,
      SecureRandom random,
      Waiting waiting,
      Ways ways) {
    this.self = self;
    this.network = network;
    this.book = book;
    this.encounter = new Encounter(self, network, random, waiting);
    this.ways = ways;
  }

  /**
   * What a long code offers, from the inviter's point of view.
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
   * @param code the long one, or the words, which may have {@code @host:port} behind them
   * @param at where to meet the inviter of a code of words: at his node, or at one that takes
   *     letters for him; empty if that is in the code
   * @param name as this owner wants to be called
   * @param room whether this node is ready to keep what the inviter wants
   * @return the new partner
   * @throws NotPermittedException if the inviter refuses, wants more space, or is a partner already
   */
  public Partner accept(String code, Optional<NodeAddress> at, String name, Room room)
      throws IOException, KithException {
    InvitationCode read = ShortCode.isMeant(code) ? foreign(met(code, at)) : readForeign(code);
    try (Link link = reach(read.contact())) {
      Reply.Invited invited = query(read, link);
      room.require(invited.inviter().name(), invited.spaceWanted());
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

  private Link reach(Contact inviter) throws KithException {
    try {
      return Calls.join(network.connect(inviter));
    } catch (PartnerUnavailableException e) {
      if (!ways.relays.getAsBoolean()) {
        throw e;
      }
      return Calls.join(network.connect(inviter));
    }
  }

  /** As the other, with a long code or an address in the code. */
  public Partner accept(String code, String name, long mostSpace)
      throws IOException, KithException {
    return accept(code, Optional.empty(), name, atMost(mostSpace));
  }

  /** Room for so many bytes and no more. */
  public static Room atMost(long mostSpace) {
    return (inviter, wanted) -> {
      if (wanted > mostSpace) {
        throw new NotPermittedException(
            inviter
                + " wants "
                + ShownSize.of(wanted)
                + " kept; this node has set aside "
                + ShownSize.of(mostSpace));
      }
    };
  }

  private InvitationCode met(String code, Optional<NodeAddress> at)
      throws IOException, KithException {
    ShortCode.Placed read = ShortCode.parse(code);
    Optional<NodeAddress> place = read.at().or(() -> at);
    return place.isPresent() ? encounter.meet(read.code(), place.get()) : metNearby(read.code());
  }

  /** At the inviter's node, if the local network has shown it. */
  private InvitationCode metNearby(ShortCode code) throws IOException, KithException {
    var said = new ArrayList<String>();
    for (NodeAddress each : ways.nearby.get()) {
      try {
        return encounter.meet(code, each);
      } catch (KithException e) {
        said.add(e.getMessage());
      }
    }
    throw new NotPermittedException(
        "a code of words needs the address of the inviter's node, or of the meeting point that he"
            + " named: --at HOST:PORT. On the local network "
            + (said.isEmpty() ? "no node is seen" : String.join("; ", said)));
  }

  private InvitationCode readForeign(String code) throws KithException {
    return foreign(InvitationCode.parse(code));
  }

  private InvitationCode foreign(InvitationCode read) throws NotPermittedException {
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
        self.side(name, invited.spaceWanted()),
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
