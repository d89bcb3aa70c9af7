package kith.fs.simulate;

/** Of which population a node is. Only the world knows it; no honest node does. */
public enum Kind {
  HONEST("honest"),
  /** Acknowledges what it is given, keeps nothing of it and answers no audit. */
  NEVER_STORES("never stores"),
  /** Is honest for some months, then keeps nothing any more and answers no audit. */
  DROPS_LATER("drops later"),
  /** Uses grace: always has the next partners before the last ones give up, by fresh identities. */
  HOPS("hops"),
  /** Keeps nine tenths of what it should, and admits what it lacks. */
  KEEPS_MOST("keeps 90%"),
  /** Answers audits through a third node that keeps the bytes; hands out nothing else. */
  MIDDLEMAN("middleman"),
  /** Keeps all and answers audits, but refuses to give back. */
  REFUSES("refuses restores"),
  /** Keeps nothing; its group signs good receipts for each other and bad ones for others. */
  COLLUDES("colludes"),
  /** One of many identities on one machine, which keeps nothing for any of them. */
  SYBIL("sybil"),
  /** Honest, but comes and goes all day, and is away for days. */
  FLAPS("flaps");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** Its name in options and reports. */
  public String word() {
    return word;
  }

  /** Whether it means to keep its word. */
  public boolean isHonest() {
    return this == HONEST || this == FLAPS;
  }
}
