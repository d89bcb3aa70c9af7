package kith.peer;

import java.time.Duration;

/**
 * What an amendment changes; null for what stays.
 *
 * @param forThem bytes to keep for the partner
 * @param forUs bytes that the partner keeps
 * @param grace how long a silent partner is only suspected
 * @param commitment longer than grace
 */
public record AgreementChange(Long forThem, Long forUs, Duration grace, Duration commitment) {
  /**
   * @throws IllegalArgumentException if there is no commitment to change, or it would not be longer
   *     than the grace
   */
  AgreementTerms of(AgreementTerms now) {
    if (commitment != null && now.commitmentWaived()) {
      throw new IllegalArgumentException(
          "the commitment is waived in this agreement: there is none to change");
    }
    return new AgreementTerms(
        grace == null ? now.grace() : grace,
        commitment == null ? now.commitment() : commitment,
        now.commitmentWaived(),
        now.courtesyPerMille(),
        now.restoresPerYear(),
        now.auditsPerDay());
  }
}
