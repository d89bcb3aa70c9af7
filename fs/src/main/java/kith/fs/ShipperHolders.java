package kith.fs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kith.codec.OwnerId;

/** How each holder has behaved lately. For one thread at a time; times in milliseconds. */
final class ShipperHolders {
  private static final class Conduct {
    private int failures;
    private long notBefore = Long.MIN_VALUE;
    private boolean slow;
    private int beside;
  }

  private final ShipperSettings settings;
  private final Map<OwnerId, Conduct> conducts = new HashMap<>();

  ShipperHolders(ShipperSettings settings) {
    this.settings = settings;
  }

  /** Whether to send him something now. */
  boolean available(OwnerId holder, long now) {
    Conduct conduct = of(holder);
    return conduct.notBefore <= now && conduct.beside == 0;
  }

  /** Whether he took nothing the last time. */
  boolean failing(OwnerId holder) {
    return of(holder).failures > 0;
  }

  /** Whether what is sent to him must not hold up anything else. */
  boolean slow(OwnerId holder) {
    return of(holder).slow;
  }

  /** A put to him goes on beside the others from now on. */
  void putAside(OwnerId holder) {
    Conduct conduct = of(holder);
    conduct.slow = true;
    conduct.beside++;
  }

  /** A put beside the others has ended. */
  void asideEnded(OwnerId holder) {
    of(holder).beside--;
  }

  void succeeded(OwnerId holder, Duration took) {
    Conduct conduct = of(holder);
    conduct.failures = 0;
    conduct.notBefore = Long.MIN_VALUE;
    conduct.slow = took.compareTo(settings.patience()) > 0;
  }

  void failed(OwnerId holder, long now) {
    Conduct conduct = of(holder);
    int doublings = Math.min(20, conduct.failures++);
    long pause =
        Math.min(
            settings.retryAfter().toMillis() << doublings, settings.maxRetryAfter().toMillis());
    conduct.notBefore = now + pause;
  }

  private Conduct of(OwnerId holder) {
    return conducts.computeIfAbsent(holder, unused -> new Conduct());
  }
}
