package kith.peer;

import kith.codec.CorruptDataException;

/** What a credential lets its machine do in its owner's name. */
public enum Role {
  /** The owner's node: everything. */
  NODE(1),
  /** A restore view: reads blocks, lists and heads, and changes nothing. */
  VIEW(2);

  private final int tag;

  Role(int tag) {
    this.tag = tag;
  }

  int tag() {
    return tag;
  }

  static Role of(int tag) throws CorruptDataException {
    for (Role role : values()) {
      if (role.tag == tag) {
        return role;
      }
    }
    throw new CorruptDataException("role " + tag + " is unknown");
  }
}
