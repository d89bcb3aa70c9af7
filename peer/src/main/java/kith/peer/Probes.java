package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import kith.codec.OwnerId;

/**
 * Lets others measure how fast this node sends: gives them as many bytes as they ask for, a bounded
 * number to each in a day and to all together. The bytes are without sense, and are counted and
 * held back as all that is sent. Safe for any number of threads.
 */
final class Probes {
  /** Bytes for one owner in a day. */
  static final int EACH = 4 << 20;

  /** Bytes for all in a day. */
  static final int ALL = 256 << 20;

  /** As much is counted at least, so that few are remembered. */
  private static final int LEAST = 16 << 10;

  private static final Duration DAY = Duration.ofDays(1);
  private static final byte[] NOISE = noise();

  private final InstantSource clock;
  private final Map<OwnerId, Integer> given = new HashMap<>();
  private Instant begun = Instant.MIN;
  private int all;

  Probes(InstantSource clock) {
    this.clock = clock;
  }

  /** Bytes that no link on the way makes smaller: an xorshift generator's (Marsaglia 2003). */
  private static byte[] noise() {
    ByteBuffer bytes = ByteBuffer.allocate(Protocol.PROBE_BYTES);
    long state = 0x9e3779b97f4a7c15L;
    while (bytes.hasRemaining()) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      bytes.putLong(state);
    }
    return bytes.array();
  }

  Reply answer(Request.Probe probe, OwnerId asker) {
    Duration wait = take(Math.max(LEAST, probe.length()), asker);
    return wait.isZero()
        ? new Reply.Probed(ByteBuffer.wrap(NOISE, 0, probe.length()).slice())
        : new Reply.Failure(FailureKind.BUSY, "enough was measured for today", wait);
  }

  /** Zero if so much may be given, which is counted; else how long to wait. */
  private synchronized Duration take(int bytes, OwnerId asker) {
    Instant now = clock.instant();
    if (begun.equals(Instant.MIN) || now.isBefore(begun) || !now.isBefore(begun.plus(DAY))) {
      begun = now;
      all = 0;
      given.clear();
    }
    int his = given.getOrDefault(asker, 0) + bytes;
    if (his > EACH || all + bytes > ALL) {
      return Duration.between(now, begun.plus(DAY));
    }
    given.put(asker, his);
    all += bytes;
    return Duration.ZERO;
  }
}
