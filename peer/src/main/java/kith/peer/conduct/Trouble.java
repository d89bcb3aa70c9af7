package kith.peer.conduct;

import kith.codec.CorruptDataException;

/** Why a partner does not stand well. */
public enum Trouble {
  /** It has not been heard of. */
  SILENT(1, "is silent"),
  /** It answers, but has shown nothing of what it holds for long. */
  UNPROVED(2, "answers no audits"),
  /** It showed other blocks than those that it holds by its signature. */
  WRONG(3, "showed wrong blocks"),
  /** It admits to have lost more than may happen. */
  LOSSES(4, "has lost too much"),
  /** It was silent, is back, and has yet to show what it has. */
  RETURNED(5, "is back and not verified yet"),
  /** It keeps what it holds to itself. */
  REFUSES(6, "refuses to give back");

  private final int tag;
  private final String text;

  Trouble(int tag, String text) {
    this.tag = tag;
    this.text = text;
  }

  /** What to say of the partner, after its name. */
  public String text() {
    return text;
  }

  /** The byte that stands for it where it is stored or sent; 0 stands for none. */
  public int tag() {
    return tag;
  }

  /**
   * @throws CorruptDataException if no trouble has this tag
   */
  public static Trouble of(int tag) throws CorruptDataException {
    for (Trouble trouble : values()) {
      if (trouble.tag == tag) {
        return trouble;
      }
    }
    throw new CorruptDataException("trouble " + tag + " is unknown");
  }
}
