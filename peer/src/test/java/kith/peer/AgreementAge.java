package kith.peer;

import java.time.Duration;
import java.time.InstantSource;

/** All have kept their word since the agreement, unless a test says otherwise. */
final class AgreementAge implements ProvedTime {
  private final InstantSource clock;
  volatile boolean mayReadBack = true;

  AgreementAge(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Duration of(Partner partner) {
    Duration age = Duration.between(partner.agreement().since(), clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  @Override
  public boolean mayReadBack(Partner partner) {
    return mayReadBack;
  }
}
