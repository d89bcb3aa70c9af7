package kith.peer.choice;

/** How a candidate does by a criterion, or in all. */
public enum Verdict {
  GOOD("good", 1000),
  FAIR("fair", 500),
  POOR("poor", 100),
  /** No agreement with this one, whatever else speaks for it. */
  REFUSED("refused", 0);

  private final String word;
  private final int points;

  Verdict(String word, int points) {
    this.word = word;
    this.points = points;
  }

  /** Of 1000. */
  int points() {
    return points;
  }

  /** The verdict on so many of 1000 points. */
  static Verdict of(int points) {
    return points >= 700 ? GOOD : points >= 350 ? FAIR : POOR;
  }

  @Override
  public String toString() {
    return word;
  }
}
