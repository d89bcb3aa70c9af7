package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out invitations that can be said over the phone, and fetches and answers the letters that
 * lie for them at meeting points. Safe for any number of threads.
 */
public final class Inviting implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Inviting.class);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  /** Unused invitations with words at once, open or void. */
  private static final int MAX_OPEN = 64;

  /** Numbers are short while few are in use. */
  private static final int FEW = 99;

  private static final int TRIES = 20;
  private static final Duration KEPT = Duration.ofDays(30);

  private final Invitations invitations;
  private final InvitationRows stored;
  private final LocalNode self;
  private final Network network;
  private final Meetings meetings;
  private final Map<NodeAddress, Place> places = new HashMap<>();

  /** A meeting point that is in use. Guarded by {@code places}. */
  private static final class Place {
    Link link;
    Instant notBefore = Instant.MIN;
  }

  /**
   * The two forms of one code.
   *
   * @param full to be copied
   * @param words to be said: {@code 47-coral-harvest-anchor}
   */
  public record Codes(String full, String words, Instant expires) {}

  public Inviting(Invitations invitations, Network network) {
    this.invitations = invitations;
    this.stored = invitations.stored();
    this.self = invitations.self();
    this.network = network;
    this.meetings = new Meetings(invitations);
  }

  /**
   * Makes a one-time code; durable on return.
   *
   * @param life how long it is good for
   * @param via a node or broker that takes letters for this one; empty if whoever is invited can
   *     reach this node
   * @throws NotPermittedException if there are too many invitations, or {@code via} refuses
   */
  public Codes invite(InvitationTerms terms, Duration life, Optional<NodeAddress> via)
      throws IOException, KithException {
    Instant now = self.now();
    Instant expires = now.plus(life);
    stored.remove(
        each -> each.row().usedBy().isEmpty() && now.isAfter(each.row().expires().plus(KEPT)));
    Link link = via.isPresent() ? Calls.join(network.connect(via.get())) : null;
    try {
      var code = ShortCode.draw(number(expires, link), invitations.random());
      var spoken = new InvitationRow.Spoken(code, 0, Optional.empty(), via);
      InvitationCode full = invitations.create(terms, expires, Optional.of(spoken));
      return new Codes(full.text(), code.text(), expires);
    } finally {
      if (link != null) {
        link.close();
      }
    }
  }

  /** A number that is free here and, if there is a link, at the meeting point. */
  private int number(Instant expires, Link link) throws IOException, KithException {
    List<InvitationRows.Found> used =
        stored.all().stream()
            .filter(each -> each.spoken().isPresent() && each.row().usedBy().isEmpty())
            .toList();
    long open = used.stream().filter(each -> !self.now().isAfter(each.row().expires())).count();
    if (open >= MAX_OPEN) {
      throw new NotPermittedException(
          "there are " + open + " invitations open: withdraw some (kith partner invitations)");
    }
    String refused = "no number is free";
    for (int i = 0; i < TRIES; i++) {
      int most = i < TRIES / 2 ? FEW : ShortCode.MAX_NUMBER;
      int number = 1 + invitations.random().nextInt(most);
      if (used.stream().noneMatch(each -> each.isNumbered(number))) {
        Reply reply = link == null ? new Reply.Done() : open(link, number, expires);
        if (reply instanceof Reply.Done) {
          return number;
        }
        refused = reply instanceof Reply.Failure failure ? failure.message() : reply.toString();
      }
    }
    throw new NotPermittedException("the meeting point takes no letters: " + refused);
  }

  private static Reply open(Link link, int number, Instant expires) throws KithException {
    return Calls.join(link.send(new Request.MailboxOpen(number, expires), DEADLINE));
  }

  /** Fetches and answers letters once; returns how many were answered. */
  public int tick() throws IOException, KithException {
    int answered = 0;
    Instant now = self.now();
    for (InvitationRows.Found each : stored.all()) {
      Optional<NodeAddress> via = each.spoken().flatMap(InvitationRow.Spoken::via);
      if (via.isPresent() && each.row().state(now) == InvitationState.OPEN) {
        answered += serve(each, via.get());
      }
    }
    return answered;
  }

  private int serve(InvitationRows.Found invitation, NodeAddress via) throws IOException {
    Place place;
    synchronized (places) {
      place = places.computeIfAbsent(via, address -> new Place());
      if (self.now().isBefore(place.notBefore)) {
        return 0;
      }
    }
    try {
      return letters(invitation, link(place, via));
    } catch (KithException e) {
      LOG.info("the meeting point {} does not serve us: {}", via, e.getMessage());
      synchronized (places) {
        place.notBefore = self.now().plus(AFTER_FAILURE);
      }
      return 0;
    }
  }

  private Link link(Place place, NodeAddress via) throws KithException {
    synchronized (places) {
      if (place.link != null && place.link.isOpen()) {
        return place.link;
      }
    }
    Link link = Calls.join(network.connect(via));
    synchronized (places) {
      place.link = link;
    }
    return link;
  }

  private int letters(InvitationRows.Found invitation, Link link)
      throws IOException, KithException {
    int number = invitation.spoken().orElseThrow().code().number();
    var fetch = new Request.MailboxFetch(number);
    Reply reply = Calls.join(link.send(fetch, DEADLINE));
    if (reply instanceof Reply.Failure failure && failure.reason() == FailureKind.NOT_FOUND) {
      // Gone with the other node's memory.
      Calls.expect(link, open(link, number, invitation.row().expires()), Reply.Done.class);
      return 0;
    }
    int answered = 0;
    for (var letter : Calls.expect(link, reply, Reply.MailboxFound.class).letters()) {
      if (letter.step() % 2 == 1) {
        answered += answer(number, letter, link);
      }
    }
    return answered;
  }

  private int answer(int number, Reply.Letter letter, Link link) throws IOException, KithException {
    var post =
        new Request.MailboxPost(
            number, letter.session(), letter.step() + 1, answer(number, letter));
    Calls.ask(link, post, DEADLINE, Reply.Done.class);
    return 1;
  }

  private byte[] answer(int number, Reply.Letter letter) throws IOException {
    Reply reply;
    try {
      reply =
          meetings.answer(
              new Meetings.Incoming(
                  number,
                  letter.session(),
                  letter.step(),
                  letter.letter(),
                  Optional.empty(),
                  "mailbox " + number));
    } catch (KithException e) {
      return new MeetingLetter.Refusal(FailureKind.of(e), e.getMessage()).toBytes();
    }
    return reply instanceof Reply.Failure failure
        ? new MeetingLetter.Refusal(failure.reason(), failure.message()).toBytes()
        : ((Reply.Met) reply).letter();
  }

  @Override
  public void close() {
    synchronized (places) {
      places.values().stream().filter(place -> place.link != null).forEach(p -> p.link.close());
    }
  }
}
