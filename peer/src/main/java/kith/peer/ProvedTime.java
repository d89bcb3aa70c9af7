package kith.peer;

import java.time.Duration;

/** Tells how an owner has kept his word as a holder, for what is due to him. */
public interface ProvedTime {
  /** For how long a partner kept its word under the agreement. */
  Duration of(Partner partner);

  /** Whether it may read back, once the date of the commitment is past. */
  boolean mayReadBack(Partner partner);
}
