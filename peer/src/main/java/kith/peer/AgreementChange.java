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
  AgreementTerms of(AgreementTerms now) {
    return new AgreementTerms(
        grace == null ? now.grace() : grace,
        commitment == null ? now.commitment() : commitment,
        now.commitmentWaived(),
        now.courtesyPerMille(),
        now.restoresPerYear(),
        now.auditsPerDay());
  }
}
