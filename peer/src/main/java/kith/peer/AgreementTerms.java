package kith.peer;

import java.time.Duration;
import kith.codec.CorruptDataException;

/**
 * What holds for both sides of an agreement.
 *
 * @param grace how long a silent partner is only suspected
 * @param commitment how long after the agreement no restore is asked or served; longer than grace,
 *     unless it is waived
 * @param commitmentWaived the commitment does not apply: both trust each other
 * @param courtesyPerMille what an owner may read back a day outside audits and restores, in
 *     thousandths of what is held; {@link #UNLIMITED} for no limit
 * @param restoresPerYear declared restores that are served in a year
 * @param auditsPerDay rounds that an owner may open a day
 */
public record AgreementTerms(
    Duration grace,
    Duration commitment,
    boolean commitmentWaived,
    int courtesyPerMille,
    int restoresPerYear,
    int auditsPerDay) {
  /** Stands for no limit. */
  public static final int UNLIMITED = -1;

  private static final long MAX_SECONDS = Duration.ofDays(3660).toSeconds();

  public AgreementTerms {
    if (grace.isNegative() || commitment.isNegative()) {
      throw new IllegalArgumentException("a period of less than nothing");
    }
    if (!commitmentWaived && commitment.compareTo(grace) <= 0) {
      throw new IllegalArgumentException("the commitment must be longer than the grace period");
    }
  }

  /** Between friends: grace 21 days, commitment 28 but waived, reading back without limit. */
  public static AgreementTerms friends() {
    return new AgreementTerms(Duration.ofDays(21), Duration.ofDays(28), true, UNLIMITED, 4, 48);
  }

  /** Between strangers: grace 21 days, commitment 28, 20 thousandths read back a day. */
  public static AgreementTerms strangers() {
    return new AgreementTerms(Duration.ofDays(21), Duration.ofDays(28), false, 20, 4, 48);
  }

  void write(FieldWriter out) {
    out.number("grace", grace.toSeconds())
        .number("commitment", commitment.toSeconds())
        .flag("waived", commitmentWaived)
        .number("courtesy", courtesyPerMille)
        .number("restores", restoresPerYear)
        .number("audits", auditsPerDay);
  }

  /** How long after the agreement restores are served; zero where the commitment is waived. */
  Duration commitmentDue() {
    return commitmentWaived ? Duration.ZERO : commitment;
  }

  static AgreementTerms read(Fields fields) throws CorruptDataException {
    try {
      return new AgreementTerms(
          Duration.ofSeconds(fields.number("grace", 0, MAX_SECONDS)),
          Duration.ofSeconds(fields.number("commitment", 0, MAX_SECONDS)),
          fields.flag("waived"),
          fields.integer("courtesy", UNLIMITED, 1000),
          fields.integer("restores", 0, 366),
          fields.integer("audits", 1, 100_000));
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(e.getMessage());
    }
  }
}
