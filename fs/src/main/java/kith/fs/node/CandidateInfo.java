package kith.fs.node;

import java.util.List;
import kith.peer.choice.Assessment;
import kith.peer.choice.Judgement;

/**
 * How somebody does who could be a partner, or is one.
 *
 * @param owner the owner id in its printed form
 * @param name as it calls itself; may be empty
 * @param partner whether there is an agreement already
 * @param verdict good, fair, poor or refused
 * @param score 0 to 1000
 * @param criteria what that is made of
 */
public record CandidateInfo(
    String owner, String name, boolean partner, String verdict, int score, List<By> criteria) {
  public CandidateInfo {
    criteria = List.copyOf(criteria);
  }

  /**
   * One criterion.
   *
   * @param criterion its name, as in the configuration
   * @param value as it was found
   * @param verdict good, fair, poor or refused
   * @param points 0 to 1000
   * @param weight in the score
   * @param reason one clause
   */
  public record By(
      String criterion, String value, String verdict, int points, int weight, String reason) {}

  static CandidateInfo of(Assessment assessment, String name, boolean partner) {
    return new CandidateInfo(
        assessment.owner().toString(),
        name,
        partner,
        assessment.verdict().toString(),
        assessment.score(),
        assessment.judgements().stream().map(CandidateInfo::by).toList());
  }

  private static By by(Judgement judgement) {
    return new By(
        judgement.criterion().word(),
        judgement.value(),
        judgement.verdict().toString(),
        judgement.points(),
        judgement.weight(),
        judgement.reason());
  }
}
