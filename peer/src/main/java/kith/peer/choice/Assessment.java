package kith.peer.choice;

import java.util.List;
import kith.codec.OwnerId;

/**
 * How a candidate does in all.
 *
 * @param judgements one for each criterion, in their order
 * @param score 0 to 1000: the points by weight; 0 if it is refused
 */
public record Assessment(OwnerId owner, List<Judgement> judgements, int score)
    implements Comparable<Assessment> {
  public Assessment {
    judgements = List.copyOf(judgements);
  }

  static Assessment of(OwnerId owner, List<Judgement> judgements) {
    long points = 0;
    long weights = 0;
    boolean refused = false;
    for (Judgement judgement : judgements) {
      points += (long) judgement.points() * judgement.weight();
      weights += judgement.weight();
      refused |= judgement.verdict() == Verdict.REFUSED;
    }
    int score = refused || weights == 0 ? 0 : (int) (points / weights);
    return new Assessment(owner, judgements, score);
  }

  public boolean isRefused() {
    return judgements.stream().anyMatch(judgement -> judgement.verdict() == Verdict.REFUSED);
  }

  /** In all. */
  public Verdict verdict() {
    return isRefused() ? Verdict.REFUSED : Verdict.of(score);
  }

  /** The best first, refused ones last, equal ones by their ids. */
  @Override
  public int compareTo(Assessment other) {
    if (isRefused() != other.isRefused()) {
      return isRefused() ? 1 : -1;
    }
    int byScore = Integer.compare(other.score, score);
    return byScore != 0 ? byScore : owner.compareTo(other.owner);
  }
}
