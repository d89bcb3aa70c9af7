package kith.peer;

import java.time.Duration;

/** Lets time pass, on whatever clock there is. */
@FunctionalInterface
public interface Waiting {
  /** Returns after so long, or sooner if nothing is worth waiting for any more. */
  void await(Duration time) throws InterruptedException;
}
