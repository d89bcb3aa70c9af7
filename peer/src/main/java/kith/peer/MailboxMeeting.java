package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;

/** Meets an inviter by letters that lie at a third node or broker until he fetches them. */
final class MailboxMeeting implements MeetingPoint {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Link link;
  private final int number;
  private final byte[] session;
  private final LocalNode self;
  private final Waiting waiting;

  /**
   * @param link with the meeting point
   * @param session 16 bytes by chance
   */
  MailboxMeeting(Link link, int number, byte[] session, LocalNode self, Waiting waiting) {
    this.link = link;
    this.number = number;
    this.session = session.clone();
    this.self = self;
    this.waiting = waiting;
  }

  @Override
  public byte[] exchange(int step, byte[] letter) throws KithException {
    Calls.ask(
        link, new Request.MailboxPost(number, session, step, letter), DEADLINE, Reply.Done.class);
    Instant until = self.now().plus(PATIENCE);
    while (self.now().isBefore(until)) {
      Optional<byte[]> answer = fetch(step + 1);
      if (answer.isPresent()) {
        return opened(answer.get());
      }
      try {
        waiting.await(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PartnerUnavailableException("interrupted while waiting for the inviter", e);
      }
    }
    throw new PartnerUnavailableException(
        "the inviter's node has not answered at the meeting point: is it running? Try again");
  }

  private Optional<byte[]> fetch(int step) throws KithException {
    var fetch = new Request.MailboxFetch(number);
    return Calls.ask(link, fetch, DEADLINE, Reply.MailboxFound.class).letters().stream()
        .filter(each -> each.step() == step && Arrays.equals(each.session(), session))
        .map(Reply.Letter::letter)
        .findFirst();
  }

  private static byte[] opened(byte[] letter) throws KithException {
    if (MeetingLetter.Refusal.is(letter)) {
      MeetingLetter.Refusal refusal = MeetingLetter.Refusal.parse(letter);
      throw refusal.reason().exception("the inviter: " + refusal.message());
    }
    return letter;
  }

  @Override
  public Optional<Credential> proved() {
    return Optional.empty();
  }

  @Override
  public Optional<NodeAddress> direct() {
    return Optional.empty();
  }

  @Override
  public void close() {
    link.close();
  }
}
