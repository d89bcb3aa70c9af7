package kith.peer;

import java.time.Duration;
import java.util.Optional;
import kith.codec.KithException;

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
    return Calls.ask(link, meet, DEADLINE, Reply.Met.class).letter();
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
