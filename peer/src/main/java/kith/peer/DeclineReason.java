package kith.peer;

import kith.peer.choice.Criterion;

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
  /** Too near this node or a partner of its, which does not need another one there. */
  NETWORK(12),
  /** Others tell that it breaks its word. */
  RECORD(13),
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

  /** For one who does badly by a criterion. */
  static DeclineReason of(Criterion criterion) {
    return switch (criterion) {
      case NETWORK -> NETWORK;
      case SCHEDULE -> SCHEDULE;
      case BANDWIDTH -> BANDWIDTH;
      case SPACE -> SPACE;
      case RECORD -> RECORD;
      case PROTOCOL -> PROTOCOL;
      case SYSTEM, AGE -> STRANGER;
    };
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
