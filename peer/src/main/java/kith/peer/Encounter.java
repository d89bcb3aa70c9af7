package kith.peer;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;

/**
 * Turns words into the long code that the inviter has for them: finds him at the place that was
 * said, be it his node or one that takes letters for him, and meets him there. For one thread.
 */
final class Encounter {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final LocalNode self;
  private final Network network;
  private final SecureRandom random;
  private final Waiting waiting;

  Encounter(LocalNode self, Network network, SecureRandom random, Waiting waiting) {
    this.self = self;
    this.network = network;
    this.random = random;
    this.waiting = waiting;
  }

  /**
   * Meets the inviter.
   *
   * @throws NotPermittedException if the words are wrong, or the invitation is no longer good
   */
  InvitationCode meet(ShortCode code, NodeAddress at) throws IOException, KithException {
    var guest = new Meeting.Guest(self.identity().credential(), code, random);
    try (MeetingPoint point = find(code.number(), at)) {
      byte[] answer = point.exchange(1, guest.ask());
      byte[] proof = guest.prove(answer);
      checkHost(guest.host(), point);
      InvitationCode whole = guest.open(point.exchange(3, proof));
      var addresses = new ArrayList<NodeAddress>(point.direct().stream().toList());
      whole.contact().addresses().stream()
          .filter(address -> !addresses.contains(address))
          .forEach(addresses::add);
      return new InvitationCode(whole.contact().owner(), whole.secret(), addresses);
    }
  }

  private void checkHost(Credential host, MeetingPoint point) throws NotPermittedException {
    host.checkTime(self.now());
    if (point.proved().isPresent() && !point.proved().get().isSameAs(host)) {
      throw new NotPermittedException(
          "the inviter's letter is not of the node at the other end: somebody is in between");
    }
  }

  /** The inviter's own node, or one with a mailbox of that number. */
  private MeetingPoint find(int number, NodeAddress at) throws KithException {
    Link link = Calls.join(network.connect(at));
    try {
      if (link.partner().equals(self.identity().owner())) {
        throw new NotPermittedException("at " + at + " is this node itself: say another's address");
      }
      byte[] session = new byte[MeetingFields.SESSION];
      random.nextBytes(session);
      var fetch = new Request.MailboxFetch(number);
      Reply reply = Calls.join(link.send(fetch, DEADLINE));
      if (reply instanceof Reply.MailboxFound) {
        return new MailboxMeeting(link, number, session, self, waiting);
      } else if (reply instanceof Reply.Failure failure
          && failure.reason() == FailureKind.NOT_FOUND) {
        return new DirectMeeting(link, at, number, session);
      }
      Calls.expect(link, reply, Reply.MailboxFound.class);
      throw new CorruptDataException("at " + at + " something else answered");
    } catch (KithException e) {
      link.close();
      throw e;
    }
  }
}
