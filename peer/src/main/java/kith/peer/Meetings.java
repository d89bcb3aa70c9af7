package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inviter's side of all meetings: answers the letters of those who claim to have the words of
 * an invitation, however the letters came. Meetings are kept in memory and for a short time; how
 * often wrong words were shown is kept in the invitation's row. Safe for any number of threads.
 */
final class Meetings {
  private static final Logger LOG = LoggerFactory.getLogger(Meetings.class);

  /** From a meeting's first letter to its third. */
  static final Duration LIFE = Duration.ofMinutes(3);

  private static final int MAX_MEETINGS = 32;
  private static final int MAX_OF_SOURCE = 4;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** Each first letter costs a tenth of a second of computing. */
  private static final int BEGUN_BY_SOURCE = 12;

  private static final int BEGUN = 60;

  private final Invitations invitations;
  private final LocalNode self;
  private final SourceLimit limit;
  private final Map<ByteBuffer, Begun> begun = new HashMap<>();

  /** A meeting whose second letter is out. */
  private record Begun(Meeting.Host host, byte[] invitation, String source, Instant until) {}

  /**
   * A letter to the inviter.
   *
   * @param number of the invitation
   * @param session 16 bytes by which its sender tells his meetings apart
   * @param step 1 or 3
   * @param proved what the way shows of the sender; empty if it shows nothing
   * @param source where it came from, for limits
   */
  record Incoming(
      int number,
      byte[] session,
      int step,
      byte[] letter,
      Optional<Credential> proved,
      String source) {}

  Meetings(Invitations invitations) {
    this.invitations = invitations;
    this.self = invitations.self();
    this.limit = new SourceLimit(self.clock(), WINDOW, BEGUN_BY_SOURCE, BEGUN);
  }

  /** Answers a letter that came over a link with its sender. */
  Reply answer(Request.Meet meet, Link from) throws IOException, KithException {
    return answer(
        new Incoming(
            meet.number(),
            meet.session(),
            meet.step(),
            meet.letter(),
            Optional.of(from.peer()),
            from.source()));
  }

  /** The next letter, or why there is none. */
  Reply answer(Incoming in) throws IOException, KithException {
    return in.step() == 1 ? begin(in) : end(in);
  }

  private Reply begin(Incoming in) throws IOException, KithException {
    Optional<InvitationRows.Found> found = invitations.stored().find(in.number(), self.now());
    if (found.isEmpty()) {
      return new Reply.Failure(
          FailureKind.NOT_FOUND, "there is no invitation " + in.number() + " here", Duration.ZERO);
    }
    MeetingLetter.Ask ask = MeetingLetter.Ask.parse(in.letter());
    checkSender(ask.guest(), in.proved());
    Invitations.checkUsable(found.get().row(), ask.guest().owner(), self.now());
    if (!limit.admit(in.source())) {
      return limit.refusal();
    }
    var host =
        new Meeting.Host(
            self.identity().credential(),
            found.get().spoken().orElseThrow().code(),
            invitations.random());
    byte[] answer = host.answer(in.letter());
    keep(in, new Begun(host, found.get().id(), in.source(), self.now().plus(LIFE)));
    return new Reply.Met(answer);
  }

  private void checkSender(Credential guest, Optional<Credential> proved)
      throws NotPermittedException {
    guest.checkTime(self.now());
    if (guest.role() != Role.NODE || guest.owner().equals(self.identity().owner())) {
      throw new NotPermittedException("this invitation is for another's node");
    }
    if (proved.isPresent() && !proved.get().isSameAs(guest)) {
      throw new NotPermittedException(
          "the letter is of "
              + guest.owner().brief()
              + ", who is not at the other end of the link:"
              + " somebody is in between");
    }
  }

  private synchronized void keep(Incoming in, Begun meeting) throws PartnerUnavailableException {
    Instant now = self.now();
    begun.values().removeIf(each -> now.isAfter(each.until()));
    long ofSource = begun.values().stream().filter(e -> e.source().equals(in.source())).count();
    if (begun.size() >= MAX_MEETINGS || ofSource >= MAX_OF_SOURCE) {
      throw new PartnerUnavailableException("too many meetings at once: try again in a while");
    }
    if (begun.putIfAbsent(ByteBuffer.wrap(in.session().clone()), meeting) != null) {
      throw new PartnerUnavailableException("this meeting has begun already: begin another");
    }
  }

  private synchronized Begun take(Incoming in) {
    return begun.remove(ByteBuffer.wrap(in.session()));
  }

  private Reply end(Incoming in) throws IOException, KithException {
    Begun meeting = take(in);
    boolean known =
        meeting != null
            && meeting.host().number() == in.number()
            && !self.now().isAfter(meeting.until());
    if (!known) {
      return new Reply.Failure(
          FailureKind.NOT_FOUND, "this meeting is not known here any more", Duration.ZERO);
    }
    Meeting.Host host = meeting.host();
    checkSender(host.guest(), in.proved());
    MeetingLetter.Proof proof = MeetingLetter.Proof.parse(in.letter());
    Meeting.Key key = host.key(proof);
    int guesses =
        invitations.stored().guess(meeting.invitation(), host.guest().owner(), self.now());
    if (!Meeting.Host.knows(key, proof)) {
      throw wrong(in, guesses);
    }
    InvitationRow row = invitations.stored().met(meeting.invitation(), host.guest().owner());
    return new Reply.Met(host.welcome(key, invitations.code(row)));
  }

  private static NotPermittedException wrong(Incoming in, int guesses) {
    int left = Math.max(0, InvitationRow.MAX_GUESSES - guesses);
    if (left > 0) {
      LOG.info("wrong words for invitation {} from {}, {} left", in.number(), in.source(), left);
    } else if (guesses == InvitationRow.MAX_GUESSES) {
      LOG.warn(
          "invitation-void: wrong words were tried {} times for invitation {}: it is void",
          guesses,
          in.number());
    }
    return new NotPermittedException(
        "these are not the words of invitation "
            + in.number()
            + (left == 0
                ? ": it is void now, ask for a new one"
                : ": tries left until it is void: " + left));
  }
}
