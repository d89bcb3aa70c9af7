package kith.peer.choice;

/** What a candidate is judged by, in the order in which it is told. */
public enum Criterion {
  NETWORK("network"),
  SYSTEM("system"),
  SCHEDULE("schedule"),
  BANDWIDTH("bandwidth"),
  SPACE("space"),
  RECORD("record"),
  AGE("age"),
  PROTOCOL("protocol");

  private final String word;

  Criterion(String word) {
    this.word = word;
  }

  /** Its name in configuration and output. */
  public String word() {
    return word;
  }
}
