package kith.codec;

/** What a pack contains. Kinds are never mixed in one pack. */
public enum PackKind {
  DATA(1),
  TREE(2),
  INDEX(3);

  private final int tag;

  PackKind(int tag) {
    this.tag = tag;
  }

  /** The byte that stands for this kind in stored formats. */
  public int tag() {
    return tag;
  }

  /**
   * @throws CorruptDataException if no kind has this tag
   */
  public static PackKind of(int tag) throws CorruptDataException {
    for (PackKind kind : values()) {
      if (kind.tag == tag) {
        return kind;
      }
    }
    throw new CorruptDataException("pack kind " + tag + " is unknown");
  }
}
