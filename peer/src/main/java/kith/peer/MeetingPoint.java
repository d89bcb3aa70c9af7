package kith.peer;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;

/** A way to an inviter of whom only a code is known. For one meeting and one thread. */
interface MeetingPoint extends AutoCloseable {
  /**
   * Hands the inviter a letter and waits for the next.
   *
   * @param step 1 or 3: which letter it is
   * @throws KithException if the inviter refuses it, or does not answer in time
   */
  byte[] exchange(int step, byte[] letter) throws IOException, KithException;

  /** What the way itself shows of the inviter; empty if others are on the way. */
  Optional<Credential> proved();

  /** Where the inviter's node is, if the way leads to it. */
  Optional<NodeAddress> direct();

  @Override
  void close();
}
