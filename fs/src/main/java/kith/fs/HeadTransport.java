package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import kith.codec.KithException;
import kith.codec.OwnerId;

/** Takes heads to the partners. */
interface HeadTransport {
  /**
   * Signs a sealed head and puts it to all partners.
   *
   * @param deadline for the slowest
   * @return those who acknowledged that they have it on their disks
   */
  Set<OwnerId> put(long generation, byte[] sealed, Duration deadline)
      throws IOException, KithException;
}
