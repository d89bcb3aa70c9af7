package kith.peer;

import java.time.Duration;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;

/** Meets an inviter over a link with his own node. */
final class DirectMeeting implements MeetingPoint {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Link link;
  private final NodeAddress address;
  private final int number;
  private final byte[] session;

  /**
   * @param session 16 bytes by chance
   */
  DirectMeeting(Link link, NodeAddress address, int number, byte[] session) {
    this.link = link;
    this.address = address;
    this.number = number;
    this.session = session.clone();
  }

  @Override
  public byte[] exchange(int step, byte[] letter) throws KithException {
    var meet = new Request.Meet(number, session, step, letter);
    Reply reply = Calls.join(link.send(meet, DEADLINE));
    if (reply instanceof Reply.Failure failure && failure.reason() == FailureKind.NOT_FOUND) {
      throw new NotPermittedException(
          address + ": " + failure.message() + ": is it the right number, and the right address?");
    }
    return Calls.expect(link, reply, Reply.Met.class).letter();
  }

  @Override
  public Optional<Credential> proved() {
    return Optional.of(link.peer());
  }

  @Override
  public Optional<NodeAddress> direct() {
    return Optional.of(address);
  }

  @Override
  public void close() {
    link.close();
  }
}
