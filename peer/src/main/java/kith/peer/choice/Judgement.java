package kith.peer.choice;

/**
 * How a candidate does by one criterion.
 *
 * @param value as it was found, for a person
 * @param points 0 to 1000
 * @param weight in the total, at least 0
 * @param reason one clause for a person
 */
public record Judgement(
    Criterion criterion, String value, Verdict verdict, int points, int weight, String reason) {
  /** What was found by a criterion. */
  record Finding(String value, Verdict verdict, int points, String reason) {
    static Finding of(String value, Verdict verdict, String reason) {
      return new Finding(value, verdict, verdict.points(), reason);
    }

    static Finding of(String value, int points, String reason) {
      return new Finding(value, Verdict.of(points), points, reason);
    }

    static Finding refused(String value, String reason) {
      return of(value, Verdict.REFUSED, reason);
    }

    Judgement by(Criterion criterion, int weight) {
      return new Judgement(criterion, value, verdict, points, weight, reason);
    }
  }
}
