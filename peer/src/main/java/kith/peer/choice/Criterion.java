package kith.peer.choice;

import java.util.Arrays;
import java.util.Optional;

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

  /** The one of that name. */
  public static Optional<Criterion> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
  }

  /** Its name in configuration and output. */
  public String word() {
    return word;
  }
}
