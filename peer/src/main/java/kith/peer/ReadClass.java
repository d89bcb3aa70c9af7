package kith.peer;

import kith.codec.CorruptDataException;

/** What an owner reads back for; each has a budget of its own. */
public enum ReadClass {
  /** To see whether it is still there; audits have messages of their own. */
  AUDIT(1),
  /** Because it is not here: mounted files, checks. So much a day. */
  COURTESY(2),
  /** To make what a lost partner had again: once. */
  REPAIR(3),
  /** To have everything back after a disaster, as was declared. */
  RESTORE(4);

  private final int tag;

  ReadClass(int tag) {
    this.tag = tag;
  }

  /** The number on the wire. */
  int tag() {
    return tag;
  }

  static ReadClass of(int tag) throws CorruptDataException {
    for (ReadClass each : values()) {
      if (each.tag == tag) {
        return each;
      }
    }
    throw new CorruptDataException("class " + tag + " of reading is unknown");
  }
}
