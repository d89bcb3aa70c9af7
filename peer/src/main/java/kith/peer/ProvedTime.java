package kith.peer;

import java.time.Duration;
import java.time.InstantSource;

/** Tells for how long an owner has shown that he keeps his word. */
@FunctionalInterface
public interface ProvedTime {
  /** The time for which a partner was himself proved under the agreement. */
  Duration of(Partner partner);

  /** As long as there is the agreement. */
  static ProvedTime ageOfAgreement(InstantSource clock) {
    return partner -> {
      Duration age = Duration.between(partner.agreement().since(), clock.instant());
      return age.isNegative() ? Duration.ZERO : age;
    };
  }
}
