package kith.peer;

/** Why an offer is not agreed to. */
public enum DeclineReason {
  /** The other has no agreement with us, and we take no strangers, or no more of them. */
  STRANGER(1),
  /** Too much is wanted, or too little offered. */
  SPACE(2),
  /** Too few hours of the week in which both are on-line. */
  SCHEDULE(3),
  /** Too slow. */
  BANDWIDTH(4),
  /** Grace, commitment, or what may be read back. */
  TERMS(5),
  /**
   * It does not follow the agreement that there is: older, a repetition, or one that is missing.
   */
  GENERATION(6),
  /** Its time is over, or has not come. */
  EXPIRED(7),
  /** There is another agreement between the two. */
  ALREADY(8),
  /** It contradicts itself. */
  CONTRADICTION(9),
  /** Of a newer protocol. */
  PROTOCOL(10),
  /** A person said no. */
  PERSON(11),
  /** One that this version does not know. */
  OTHER(255);

  private final int tag;

  DeclineReason(int tag) {
    this.tag = tag;
  }

  /** The byte on the wire. */
  int tag() {
    return tag;
  }

  static DeclineReason of(int tag) {
    for (DeclineReason reason : values()) {
      if (reason.tag == tag) {
        return reason;
      }
    }
    return OTHER;
  }
}
